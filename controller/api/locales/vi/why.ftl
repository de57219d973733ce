# Vì sao: `why-` và tên lý do.

why-unreachable = không nhận được tin từ cụm loa; hãy kiểm tra nguồn điện và mạng
why-no-start = liên lạc được, nhưng cụm loa không báo đã bắt đầu phát
why-no-finish = đã bắt đầu phát, nhưng cụm loa không báo đã phát xong
why-no-sound = đã phát nhưng tự đo không thấy tiếng; hãy kiểm tra tăng âm, dây và loa
why-stopped = đã được cán bộ dừng
why-cancelled = đã được cán bộ hủy
why-higher-class = phải nhường cho thông báo được ưu tiên phát trước
why-no-way-back = sóng FM chỉ có một chiều: đã phát sóng, không có gì xác nhận
why-gateway = máy phát FM: { $state ->
    [queued] chưa gửi
    [sent] chưa liên lạc được
    [received] đang tải âm thanh
    [ready] sẵn sàng
    [playing] đang phát sóng
    [played] đã phát sóng
    [silent] không đo được tín hiệu
    [missed] không phát sóng được
    [failed] bị lỗi
    [suspended] bị ngắt, sẽ phát tiếp
    [preempted] bị ngắt
    [skipped] bỏ qua
    [cancelled] đã hủy
    [unconfirmed] chưa xác nhận
   *[other] { $state }
  }
why-clip-missing = âm thanh không đến kịp; mạng của cụm loa chậm hoặc bị đứt
why-clip-damaged = âm thanh nhận về bị hỏng hai lần
why-storage-full = bộ nhớ của cụm loa đã đầy
why-undecodable = cụm loa không giải mã được âm thanh; có thể phần mềm đã cũ
why-sink-broken = mạch âm thanh của cụm loa bị lỗi; cần kỹ thuật viên
why-clock-unknown = cụm loa chưa biết giờ
why-busy = trong lúc đó đang phát một thông báo khác
why-restarted = cụm loa khởi động lại khi đang phát; hãy kiểm tra nguồn điện
why-too-many = cụm loa đã giữ tối đa số thông báo
why-unsupported = phần mềm của cụm loa quá cũ, không phát được loại thông báo này
why-already-played = một phiên bản trước của chương trình này đã được phát

# Vì sao báo sự cố.

fault-unreachable = không nhận được tin từ cụm loa; hãy kiểm tra nguồn điện và mạng
fault-never-heard = chưa từng liên lạc được; hãy kiểm tra nguồn điện, mạng và tệp định danh
fault-protocol = phần mềm của cụm loa dùng giao thức phiên bản { $version }, bộ điều khiển dùng phiên bản { $ours }; hãy cài phần mềm mới hơn cho bên cũ hơn
fault-storage = thẻ nhớ của cụm loa làm hỏng dữ liệu: { $cases } bản âm thanh bị hỏng trong một ngày qua, đã tải lại; hãy thay thẻ nhớ
fault-gateway-down = máy phát FM { $gateway } của cụm loa này đang có sự cố
