# Những gì lệnh `loa` hiển thị khi mọi việc ổn, hoặc khi cho biết tình hình.

error = Lỗi:

# Tiêu đề bảng
column-cluster = CỤM LOA
column-name = TÊN
column-village = THÔN
column-kind = LOẠI
column-uplink = ĐƯỜNG TRUYỀN
column-gateway = MÁY PHÁT FM
column-zone = MÃ VÙNG
column-health = TÌNH TRẠNG
column-fault = SỰ CỐ
column-heard = LIÊN LẠC CUỐI
column-played = PHÁT LẦN CUỐI
column-playing = ĐANG PHÁT
column-firmware = PHẦN MỀM
column-clock = SAI SỐ GIỜ
column-up-to-date = ĐÃ CẬP NHẬT
column-running = ĐÃ CHẠY
column-link = TỐC ĐỘ MẠNG
column-missing = CÒN THIẾU
column-storage = BỘ NHỚ
column-holds = SỨC CHỨA
column-acks-waiting = BÁO CÁO CHỜ
column-ignored = TIN BỎ QUA
device-storage = còn trống { $free } trên { $all }
device-holds = { $jobs } thông báo, mỗi thông báo tối đa { $clips } đoạn âm thanh
column-state = TRẠNG THÁI
column-since = TỪ LÚC
column-started = BẮT ĐẦU
column-why = LÝ DO
column-evidence = ĐO ĐƯỢC
column-job = MÃ
column-when = LÚC
column-class = MỨC
column-title = TIÊU ĐỀ
column-other-titles = TÊN KHÁC
column-outcome = KẾT QUẢ
column-programme = CHƯƠNG TRÌNH
column-next = LẦN TỚI
column-cron = LỊCH
column-targets = NƠI NHẬN
column-length = ĐỘ DÀI
column-size = KÍCH THƯỚC
column-origin = NGUỒN
column-added = NGÀY THÊM
column-in-use = ĐANG DÙNG
column-bitrate = TỐC ĐỘ BIT
column-character = LOẠI ÂM THANH
column-before = BẢN GHI GỐC
column-after = BẢN ÂM THANH
column-recording = CÒN BẢN GHI GỐC
column-used-by = CẦN CHO
column-condition = TỆP

# loa status
status-site = { $name } ({ $site }): bộ điều khiển { $version }, chạy từ { $since_at } ({ $uptime_ms })
status-broker-own = Máy chủ MQTT: có sẵn, ở { $address }
status-broker-external = Máy chủ MQTT: { $address }, đã kết nối từ { $since_at }
status-broker-away = Mất kết nối máy chủ MQTT { $address } từ { $since_at }{ $why ->
    [none] {""}
   *[other] {" "}({ $why })
  }. Vẫn nhận thông báo mới và sẽ gửi đi khi có kết nối lại.
status-clusters = Cụm loa: { $n } ({ $counts })
status-clusters-down = Cụm loa: { $n } ({ $counts }); xem `loa health`
clock-accepted = Từ bây giờ hệ thống dùng theo đồng hồ của máy này.
own-fault = Từ { $since }: { $why }
status-ignored = Số tin bị bỏ qua từ khi khởi động: { $n } ({ $reasons })
rejected-too-long = quá dài
rejected-malformed = không đúng dạng
rejected-wrong-topic = sai chủ đề
rejected-unknown-key = khóa lạ
rejected-wrong-signature = sai chữ ký
rejected-for-another-site = của xã khác
rejected-for-another-cluster = của cụm loa khác
rejected-outside-its-validity = ngoài thời hạn
rejected-replayed = phát lại tin cũ
rejected-not-asked-for = không ai yêu cầu
status-no-jobs = Chưa có thông báo nào. Phát bằng `loa announce TỆP --to all`.
clusters-none = Chưa có cụm loa nào. Thêm bằng `loa cluster add`.

# loa status JOB
job-head = “{ $title }” ({ $job }): { $class }, âm lượng { $volume } %, { $length_ms }
job-now = Tạo lúc { $created_at }, phát ngay.
job-at = Phát lúc { $play_at }; tạo lúc { $created_at }.
job-programme = Thuộc chương trình { $programme }.
job-made-by = Người phát: { $by }.
job-repeats = Phát lặp lại đến { $until_at }.
job-stopped = Cán bộ dừng lúc { $stopped_at }.
job-stopped-by = { $by } đã dừng lúc { $stopped_at }.
job-problems = { $n }/{ $total } cụm loa không phát.
job-under-way = { $n }/{ $total } cụm loa chưa xong.
job-played = { $n }/{ $total } cụm loa đã phát.
job-unconfirmed = { $n }/{ $total } cụm loa chưa xác nhận: đã phát qua FM, không có gì trả lời.
group-problems = Không phát ({ $n })
group-under-way = Chưa xong ({ $n })
group-unconfirmed = Chưa xác nhận ({ $n })
group-played = Đã phát ({ $n })
group-gateways = Máy phát FM ({ $n })

# loa health
health-some-down = { $down }/{ $total } cụm loa đang có sự cố.
health-gateway-down = Không có cụm loa nào có sự cố, nhưng máy phát FM đang có sự cố.
health-none-down = Không có cụm loa nào có sự cố: { $up }/{ $total } đang tốt.
health-worn = { $n } cụm loa vẫn phát được, nhưng cần kiểm tra.
health-nobody-heard = Chưa liên lạc được với cụm loa nào.
health-no-clusters = Chưa có cụm loa nào. Thêm bằng `loa cluster add`.
health-broker-away = Mất kết nối máy chủ MQTT: hiện không nghe được tin từ cụm loa nào, dưới đây là tình hình trước đó. Xem `loa status`.
health-waiting-count = { $n } cụm loa chưa liên lạc từ khi khởi động bộ điều khiển.
health-unconfirmed-count = { $n } cụm loa không dây chưa xác nhận: sóng FM chỉ có một chiều, không có gì trả lời.

# loa cluster
cluster-added = Đã thêm cụm loa { $cluster }. Tiếp theo: `loa cluster identity { $cluster }`, cho kỹ thuật viên lắp đặt.
cluster-added-wireless = Đã thêm cụm loa { $cluster }, sau máy phát FM { $gateway }.
cluster-removed = Đã xóa cụm loa { $cluster }. Cụm loa này không nhận thông báo nữa.
identity-written = Khóa của { $n } thiết bị đã ghi vào { $path }. Chỉ đưa cho kỹ thuật viên, và xóa tệp sau khi dùng.
identity-none = Các cụm loa này không có thiết bị riêng: cụm loa không dây nhận qua máy phát FM.

# loa announce, loa emergency
upload-sending = Đang gửi { $file } tới bộ điều khiển
upload-preparing = Đang chuẩn bị âm thanh
announced-now = Đã gửi thông báo “{ $title }” tới { $clusters } cụm loa ({ $length_ms }). Xem kết quả: `loa status { $job }`
announced-at = “{ $title }” sẽ phát lúc { $play_at } trên { $clusters } cụm loa ({ $length_ms }). Hủy: `loa cancel { $job }`
announced-programme = Chương trình { $programme } phát “{ $title }” lần tới lúc { $next_at } ({ $length_ms }). Hủy: `loa cancel { $programme }`
announced-emergency = KHẨN CẤP “{ $title }” được gửi tới { $clusters } cụm loa và phát lặp lại trong { $repeat_ms }. Dừng: `loa stop { $job }`
warning = Lưu ý: { $text }

# loa clip
clip-replaces = Từ nay các chương trình sau phát “{ $title }” mới: { $programmes }.
clip-replaces-nothing = Không có chương trình nào đang phát bản khác tên “{ $title }”.
clip-had-other-titles = Lưu ý: âm thanh này đã có sẵn với tên “{ $titles }”. Nay tên là “{ $title }”; các tên kia vẫn dùng được.
clip-older-plays = Lưu ý: các chương trình sau vẫn phát bản cũ tên “{ $title }”: { $programmes }. Để thay bằng bản này: `loa clip replace "{ $title }"`
clip-made = Bản âm thanh “{ $title }” ({ $clip }) đã sẵn sàng: { $length_ms }. Nghe thử: `loa clip play { $clip }`. Phát: `loa announce --clip { $clip } --to NƠI_NHẬN`
clip-exported = Bản âm thanh đã ghi vào { $path }. Trình nghe nhạc hay trình duyệt nào cũng mở được.
clip-removed = Đã xóa bản âm thanh “{ $title }”.
clip-title-removed = Đã xóa tên “{ $title }”. Bản âm thanh còn tên khác nên vẫn được giữ.
clip-drawn = Hình dạng sóng đã ghi vào { $path }.
clip-plays = Đang phát “{ $title }” ({ $length_ms })
clip-damaged-for-good = Tệp của bản âm thanh này bị hỏng và không làm lại được vì không còn bản ghi gốc. Hãy thêm lại bản ghi.
clips-none = Chưa có bản âm thanh nào. Tạo bằng `loa clip add TỆP`.
speech-listen = Đã đọc nội dung: bản âm thanh { $clip }, { $length_ms }. Hãy nghe thử: `loa clip play { $clip }`
speech-confirm = Nghe có đúng không? Phát đi chứ? [c/K]

# Tiến độ
phase-waiting = chưa liên lạc được
phase-fetching = đang tải âm thanh
phase-ready = sẵn sàng
phase-playing = đang phát
phase-done = xong
progress-line = chưa liên lạc được { $waiting }, đang tải { $fetching }, sẵn sàng { $ready }, đang phát { $playing }, xong { $done }/{ $total }
progress-deadline = sau { $start_by } mà chưa liên lạc được thì coi là không phát được
wait-starts = Phát lúc { $play_at }; nhấn Ctrl-C thì kế hoạch vẫn giữ nguyên.
wait-controller-away = Bộ điều khiển không trả lời; các cụm loa vẫn tự phát tiếp. Đang thử lại ...
wait-interrupted = Đã ngừng theo dõi. Thông báo vẫn tiếp tục: xem bằng `loa status { $job }`, dừng bằng `loa stop { $job }`.

# loa stop, loa cancel
stopped = { $n ->
    [0] Không có gì phải dừng.
   *[other] Đã dừng { $n } thông báo: { $jobs }.
  }
cancelled = { $n ->
    [0] Đã hủy { $job }.
   *[other] Đã hủy { $job }: { $n } thông báo sẽ không phát.
  }

# loa init, loa serve
init-done = Đã tạo xã { $name } ({ $site }) trong { $path }, { $clusters ->
    [0] chưa có cụm loa nào
   *[other] với { $clusters } cụm loa
  }.
init-next = Tiếp theo: `loa serve`. Hãy giữ một bản sao của { $key } ở nơi an toàn: các cụm loa không nghe theo khóa nào khác.
serve-ready = Bộ điều khiển đang chạy. Cổng kết nối: { $socket }. Máy chủ MQTT: { $broker }. Nhấn Ctrl-C để dừng.
serve-http = API cũng có ở http://{ $address }.
serve-stopped = Bộ điều khiển đã dừng.

# Thay đổi theo tệp: lịch phát hoặc thông tin của xã.
trial = Chỉ xem thử: chưa thay đổi gì.
to-add = Sẽ thêm ({ $n }): { $names }
to-change = Sẽ sửa ({ $n }): { $names }
to-remove = SẼ XÓA ({ $n }): { $names }
to-stay = Giữ nguyên ({ $n }): { $names }
import-confirm = Áp dụng chứ? [c/K]
import-declined = Chưa thay đổi gì.
import-unconfirmed = Chưa thay đổi gì, vì có mục sẽ bị sửa hoặc xóa mà không hỏi được ai. Hãy xem trước bằng --dry-run, rồi thêm --yes.
