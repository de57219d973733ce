# Từ và cụm từ ngắn, dùng trong bảng và danh sách.

state-queued = chờ gửi
state-sent = đã gửi, chưa trả lời
state-received = đang tải âm thanh
state-ready = sẵn sàng
state-playing = đang phát
state-suspended = bị ngắt, sẽ phát tiếp
state-played = đã phát
state-silent = không có tiếng
state-missed = không phát được
state-failed = bị lỗi
state-preempted = bị ngắt
state-skipped = bỏ qua
state-cancelled = đã hủy
state-unconfirmed = chưa xác nhận

class-routine = thông thường
class-priority = ưu tiên
class-emergency = KHẨN CẤP

kind-smart = thông minh
kind-gateway = máy phát FM
kind-wireless = không dây

health-up = tốt
health-down = SỰ CỐ
health-waiting = chưa liên lạc
health-unconfirmed = chưa xác nhận

fault-name-unreachable = không liên lạc được
fault-name-silent = không có tiếng
fault-name-protocol = khác giao thức
fault-name-gateway-down = máy phát FM có sự cố
fault-name-storage = thẻ nhớ hỏng

duration-days = { $n } ngày
duration-hours = { $n } giờ
duration-minutes = { $n } phút
duration-seconds = { $n } giây
duration-milliseconds = { $n } ms

time-now = phát ngay
time-ago = { $moment } ({ $duration } trước)

evidence-heard = đo được tiếng
evidence-absent = không đo được tiếng
evidence-unmeasured = không có cảm biến
evidence-level = { $n } dBFS
evidence-amplifier = { $n } mA
evidence-microphone = { $n } dB(A)
evidence-passes = { $n } lần

yes = có
no = không

origin-file = tệp âm thanh
origin-speech = máy đọc
origin-built-in = có sẵn
character-voice = giọng nói
character-music = âm nhạc
condition-intact = nguyên vẹn
condition-repaired = đã hỏng, đã làm lại
condition-damaged = HỎNG
