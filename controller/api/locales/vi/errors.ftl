# Lỗi: chuyện gì đã xảy ra, với cái gì, và cần làm gì tiếp theo.

# Tệp âm thanh
audio-missing = Không có tệp { $file }. Hãy kiểm tra lại tên tệp và thư mục.
audio-not-a-file = { $file } không phải là tệp. Hãy chọn một tệp âm thanh, không chọn thư mục.
audio-unreadable = Không đọc được { $file }. Hãy kiểm tra quyền mở tệp rồi thử lại.
audio-empty = { $file } là tệp rỗng. Hãy ghi âm hoặc chép lại.
audio-not-audio = { $file } không phải là tệp âm thanh. Hãy dùng bản ghi MP3, M4A, WAV hoặc OGG.
audio-no-track = { $file } không có phần âm thanh. Hãy dùng bản ghi có tiếng.
audio-unsupported-codec = Âm thanh của { $file } được mã hóa kiểu { $codec }, Loa không đọc được. Hãy lưu thành MP3 hoặc WAV rồi thử lại.
audio-damaged = { $file } bị hỏng hoặc bị cắt: chỉ đọc được { $readable_s } giây. Hãy chép lại từ điện thoại hoặc ghi âm lại, hoặc lấy phần đọc được bằng `loa clip add --allow-partial`.
audio-too-short = { $file } quá ngắn ({ $duration_ms }). Hãy kiểm tra xem có đúng bản ghi không.
audio-too-long = { $file } dài hơn { $max_minutes } phút. Hãy chia thành nhiều phần.
audio-not-written = Không lưu được âm thanh của { $file }. Hãy kiểm tra ổ đĩa của máy điều khiển rồi thử lại.
audio-not-processed = Không xử lý được âm thanh của { $file }. Hãy lưu thành WAV rồi thử lại; nếu vẫn lỗi, hãy gửi tệp cho nhà cung cấp.
audio-skipped = Có { $skipped_ms } âm thanh không đọc được và đã bị bỏ qua. Hãy nghe lại bản ghi trước khi phát.
audio-silent = { $file } không có tiếng gì để nghe. Hãy kiểm tra micrô rồi ghi âm lại.
audio-partial = Tệp bị hỏng: bản âm thanh chỉ có { $readable_ms } đầu, là phần đọc được. Hãy nghe lại trước khi phát.
audio-trimmed = { $start_ms ->
    [none] Đã cắt bỏ khoảng lặng ở cuối: { $end_ms }.
   *[other] { $end_ms ->
        [none] Đã cắt bỏ khoảng lặng ở đầu: { $start_ms }.
       *[other] Đã cắt bỏ khoảng lặng: { $start_ms } ở đầu và { $end_ms } ở cuối.
    }
  }
audio-quiet = Bản ghi rất nhỏ ({ $loudness } LUFS). Đã tăng âm lượng nên có thể nghe thấy tiếng ồn. Nếu được, hãy ghi lại gần micrô hơn.
audio-clipped = Bản ghi quá to so với máy ghi ({ $share } % bị cắt đỉnh) nên nghe bị rè. Nếu được, hãy ghi lại xa micrô hơn.
audio-out-of-phase = Các kênh của bản ghi triệt tiêu nhau; đã lấy một kênh. Hãy kiểm tra dây của máy ghi.

# Yêu cầu
unknown-targets = Không có cụm loa nào ứng với { $targets }.{ $nearest ->
    [none] {" "}Xem `loa cluster list`.
   *[other] {" "}Có phải ý bạn là { $nearest }?
  }
no-clusters = Không có cụm loa nào trong các nơi nhận này. Xem `loa cluster list`.
past-time = Giờ phát { $play_at } đã qua: bây giờ là { $now_at }. Hãy chọn giờ muộn hơn.
never-fires = Lịch này không có lần phát nào sắp tới. Hãy kiểm tra ngày, tháng và năm.
unknown-job = Không có thông báo hay chương trình { $id }.{ $nearest ->
    [none] {" "}Xem `loa status`.
   *[other] {" "}Có phải ý bạn là { $nearest }?
  }
programme-without-jobs = Chương trình { $id } gần đây chưa phát lần nào và sắp tới cũng chưa lên lịch. Xem `loa schedule show { $id }`.
programme-not-playing = Chương trình { $id } hiện không phát. Muốn thôi các lần sắp tới, dùng `loa schedule pause { $id }` hoặc `loa schedule remove { $id }`.
job-over = Thông báo { $job } đã kết thúc. Xem `loa status { $job }`.
job-plays = Thông báo { $job } đang phát. Dừng bằng `loa stop { $job }`.
programme-exists = Đã có chương trình { $id }. Hãy chọn mã khác, hoặc sửa chương trình đó bằng `loa schedule edit { $id }`.
unknown-cluster = Không có cụm loa { $cluster }.{ $nearest ->
    [none] {" "}Xem `loa cluster list`.
   *[other] {" "}Có phải ý bạn là { $nearest }?
  }
gateway-in-use = Còn cụm loa không dây phụ thuộc vào máy phát FM { $cluster }. Hãy xóa các cụm loa đó trước.
bad-cluster = Không thêm được cụm loa { $cluster }: { $problem ->
    [no-gateway] cụm loa không dây phải có máy phát FM
    [unknown-gateway] máy phát FM của cụm loa này chưa được khai báo
    [no-zone] cụm loa không dây phải có mã vùng (zone)
    [not-wireless] chỉ cụm loa không dây mới có máy phát FM và mã vùng
    [named-twice] mã của cụm loa này có hai lần
    [zone-taken] một cụm loa khác sau cùng máy phát FM đã dùng mã vùng này
    [languages] có hơn 8 thứ tiếng, hoặc một thứ tiếng ghi hai lần
    [name] tên, thôn hoặc đường truyền quá dài, hoặc có ký tự không hiển thị được
   *[other] { $problem }
  }. Hãy sửa rồi thử lại.
too-many-clips-for-cluster = Cụm loa { $cluster } chỉ nhận tối đa { $most } đoạn âm thanh trong một thông báo. Hãy dùng ít đoạn hơn, hoặc bỏ cụm loa này ra.
too-many-jobs = Cụm loa { $cluster } đã có tối đa số thông báo chờ phát. Hãy hủy bớt (xem `loa status`), hoặc bỏ cụm loa này ra.
out-of-range = { $what } phải từ { $least } đến { $most }. Hãy sửa rồi thử lại.
out-of-bounds = { $what ->
    [volume] Âm lượng không hợp lệ; hãy cho từ 1 đến 100.
    [clips] Không có âm thanh, hoặc quá nhiều cho một thông báo; hãy chia nhỏ.
    [title] Tiêu đề quá dài, hoặc có ký tự không hiển thị được; hãy đặt tiêu đề khác bằng --title.
    [clusters] Số cụm loa vượt quá mức của một xã.
    [programmes] Số chương trình vượt quá mức của một xã; hãy hủy bớt trước.
    [repeat] Thời gian phát lặp lại không hợp lệ; hãy sửa --for.
    [start-within] Khoảng thời gian được bắt đầu muộn không hợp lệ; hãy sửa --within.
    [reason] Hãy ghi lý do sau --override, vài chữ trên một dòng.
    [name] Tên quá dài, hoặc có ký tự không hiển thị được.
    [order] Một chương trình được ghi hai lần; hãy ghi mỗi chương trình một lần.
    [timezone] Không biết múi giờ này; hãy viết ví dụ Asia/Ho_Chi_Minh.
    [languages] Chỉ ghi tối đa 8 thứ tiếng, mỗi thứ một lần.
   *[other] { $what } không hợp lệ. Hãy sửa rồi thử lại.
  }
busy = Bộ điều khiển đang bận: quá nhiều chương trình cùng chờ. Hãy thử lại sau một phút.
bad-request = Không hiểu được yêu cầu: { $problem }. Hãy sửa lại; nếu lệnh đã đúng thì có thể loa và máy điều khiển khác phiên bản.

# Thời gian
when-unreadable = "{ $text }" không phải là giờ. Hãy viết 17:00 (hôm nay), "mai 05:00", "24/11/2026 17:00" hoặc +10m (sau mười phút).
when-no-such-date = Không có ngày "{ $text }". Hãy viết ngày/tháng/năm, ví dụ 24/11/2026.
when-no-such-time = Không có giờ "{ $text }". Giờ từ 00 đến 23, phút từ 00 đến 59, ví dụ 17:30.
when-past = "{ $text }" đã qua: bây giờ là { $now }. Nếu là ngày mai, hãy viết "{ $tomorrow }".
when-too-far = "{ $text }" quá xa. Hãy chọn ngày trong mười năm tới, ví dụ "{ $example }".
rule-empty = Lịch cron đang trống. Ví dụ: "0 17 * * *" là 17:00 mỗi ngày.
rule-too-long = Lịch cron quá dài. Hãy chia thành nhiều chương trình.
rule-field-count = Lịch cron không đúng. Lịch có 5 phần, ví dụ "0 17 * * *" là 17:00 mỗi ngày. Chi tiết: { $problem }.
rule-shorthand-unknown = Lịch cron không đúng. Ví dụ đúng: "0 17 * * *" là 17:00 mỗi ngày. Chi tiết: { $problem }.
rule-field-wrong = Lịch cron có một phần không đúng. Hãy sửa lại. Chi tiết: { $problem }.
rule-never-fires = Lịch cron này không bao giờ tới. Hãy sửa ngày hoặc tháng. Chi tiết: { $problem }.
rule-never-again = Lịch này không còn lần nào nữa. Hãy cho ngày muộn hơn. Chi tiết: { $problem }.
zone-unknown = Không có múi giờ "{ $name }". Hãy viết tên chuẩn, ví dụ Asia/Ho_Chi_Minh.

# Kho âm thanh và nhật ký
clip-not-found = Âm thanh của thông báo này không có trong kho của bộ điều khiển. Hãy gửi lại tệp.
clip-damaged = Một âm thanh trong kho bị hỏng. Hãy gửi lại tệp. Chi tiết: { $problem }.
unknown-clip = Không có bản âm thanh { $name }.{ $nearest ->
    [none] {" "}Hãy thêm bằng `loa clip add TỆP --title "{ $name }"`, hoặc xem `loa clip list`.
   *[other] {" "}Có phải ý bạn là { $nearest }?
  }
library-full = Kho đã có { $most } bản âm thanh, không thêm được nữa. Hãy xóa những bản không ai cần: xem `loa clip list`, rồi `loa clip remove`.
clip-in-use = Bản âm thanh { $clip } vẫn đang cần cho { $users }. Hãy xóa chương trình bằng `loa schedule remove`, hủy thông báo bằng `loa cancel`, hoặc cho chương trình phát bản mới cùng tên: `loa clip replace`.
play-failed = Không phát được tiếng trên máy này: { $problem }. Hãy kiểm tra loa và âm lượng của máy, hoặc xuất bản âm thanh ra tệp để nghe ở máy khác.
play-not-built = Bản loa này không có phần phát tiếng ra máy. Hãy ghi ra tệp bằng `loa clip export { $clip } clip.opus` rồi mở bằng trình nghe nhạc hoặc trình duyệt.
speech-text = Nội dung trống hoặc quá dài. Hãy nhập từ 1 đến { $max } ký tự.
speech-language = "{ $lang }" không phải là mã ngôn ngữ. Hãy dùng mã mà chương trình đọc hiểu được, ví dụ vi hoặc en.
speech-not-installed = Máy điều khiển chưa cài chương trình đọc { $program }. Hãy cài (trên Debian: sudo apt install { $program }), hoặc chọn chương trình khác ở mục [speech] trong loa.toml.
speech-failed = Chương trình đọc { $program } không đọc được nội dung: { $problem }. Hãy kiểm tra ngôn ngữ (--lang) và mục [speech] trong loa.toml.
speech-declined = Chưa phát gì cả. Bản âm thanh { $clip } vẫn còn trong kho; xóa bằng `loa clip remove { $clip }`.
speech-unconfirmed = Chưa phát gì cả, vì không hỏi được ai xem nghe có đúng không. Hãy nghe bản âm thanh { $clip }, rồi phát bằng --clip { $clip }, hoặc thêm --yes.
clip-mismatch = Âm thanh bị thay đổi trên đường truyền. Hãy thử lại. Chi tiết: { $problem }.
clip-out-of-range = Một âm thanh trong kho bị thiếu. Hãy gửi lại tệp. Chi tiết: { $problem }.
clip-not-written = Không lưu được âm thanh. Hãy kiểm tra ổ đĩa và quyền ghi của máy điều khiển. Chi tiết: { $problem }.
clip-not-read = Không đọc được âm thanh trong kho. Hãy kiểm tra ổ đĩa của máy điều khiển. Chi tiết: { $problem }.
another-controller = Chưa có gì thay đổi: máy “{ $host }” đang điều khiển loa của xã, máy này đã nhường cho máy đó. Hãy ra lệnh ở máy đó; hoặc khởi động lại máy này bằng: loa serve --take-over
second-controller = Có máy điều khiển thứ hai của xã đang chạy trên máy “{ $host }”. Máy đó đã nhường: chỉ máy này phát. Hãy tắt chương trình trên máy kia.
other-controller-speaks = Máy “{ $host }” đang điều khiển loa của xã; máy này đã nhường và không gửi gì. Hãy tắt chương trình trên máy này; nếu máy này phải phát, hãy khởi động bằng: loa serve --take-over
other-controller-gone = Máy này đã nhường cho máy “{ $host }”, nhưng lần cuối liên lạc được với máy đó là { $heard_at }: có thể không còn máy nào điều khiển loa của xã. Hãy kiểm tra máy đó; hoặc khởi động lại máy này bằng: loa serve
clock-before-build = Đồng hồ máy này đang là { $shown_at }, khi đó chưa có chương trình này. Lịch phát tạm chờ; thông báo khẩn cấp vẫn phát. Hãy chỉnh lại đồng hồ.
clock-before-journal = Đồng hồ máy này đang là { $shown_at }, nhưng hệ thống đã làm việc đến { $now_at }. Lịch phát tạm chờ; thông báo khẩn cấp vẫn phát. Hãy chỉnh lại đồng hồ; nếu đồng hồ đúng, hãy chạy: loa clock accept
clock-clusters = Đồng hồ máy này đang là { $shown_at }, nhưng đồng hồ các cụm loa là { $now_at }. Lịch phát tạm chờ; thông báo khẩn cấp vẫn phát. Hãy chỉnh lại đồng hồ; nếu đồng hồ đúng, hãy chạy: loa clock accept
clock-jumped = Đồng hồ máy này vừa bị chỉnh thành { $shown_at }; hệ thống vẫn tính là { $now_at }. Lịch phát tạm chờ; thông báo khẩn cấp vẫn phát. Hãy chỉnh lại như cũ; nếu đồng hồ đúng, hãy chạy: loa clock accept
disk-full = Ổ đĩa của máy điều khiển đã đầy: không ghi được và không nhận được thông báo mới. Hãy xóa bớt dữ liệu rồi thử lại.
upload-too-large = Tệp âm thanh lớn hơn { $max_gib } GiB. Hãy chia thành nhiều phần.
clip-lost = Bản âm thanh “{ $clip }” bị hỏng hoặc đã mất, không tạo lại được từ bản ghi gốc.{ $n ->
    [0] {""}
   *[other] {" "}{ $n } thông báo hoặc chương trình cần bản này, không gửi được tới các cụm loa chưa có.
  } Hãy thêm lại: loa clip add
journal-unsafe-library = Không thể dùng nhật ký an toàn. Hãy cài bản Loa mới hơn. Chi tiết: { $problem }.
journal-not-opened = Không mở được nhật ký. Hãy kiểm tra thư mục dữ liệu và quyền truy cập. Chi tiết: { $problem }.
journal-in-use = Nhật ký đang được dùng bởi một bộ điều khiển khác. Hãy dừng nó trước. Chi tiết: { $problem }.
journal-not-locked = Không khóa được nhật ký. Hãy đặt thư mục dữ liệu trên ổ đĩa của máy này. Chi tiết: { $problem }.
journal-foreign-file = Tệp nhật ký không phải của Loa. Hãy chọn thư mục dữ liệu khác hoặc chuyển tệp đó đi. Chi tiết: { $problem }.
journal-gone = Nhật ký { $path } đã mất hoặc trống, dù xã đã được thiết lập và mọi thông tin đều nằm trong đó. Hãy khôi phục thư mục dữ liệu từ bản sao lưu. Nếu không có bản sao lưu, hãy bắt đầu lại bằng `loa serve --new`, rồi nhập lại cụm loa và lịch phát bằng `loa site import`.
journal-there = Đã có nhật ký ở { $path }. Hãy chạy không có --new, hoặc trước hết chuyển mọi tệp journal.* đi nơi khác.
journal-newer-format = Nhật ký do bản Loa mới hơn ghi. Hãy cài bản đó hoặc mới hơn. Chi tiết: { $problem }.
journal-damaged = Nhật ký bị hỏng. Hãy dừng bộ điều khiển, giữ lại một bản sao của thư mục dữ liệu và khôi phục bản sao lưu gần nhất. Chi tiết: { $problem }.
journal-tampered = Nhật ký đã bị sửa hoặc mất dữ liệu. Hãy dừng bộ điều khiển, giữ lại một bản sao của thư mục dữ liệu và báo nhà cung cấp. Chi tiết: { $problem }.
journal-archive-missing = Thiếu kho lưu trữ của nhật ký nên không đọc được các mục cũ. Hãy chép tệp đó lại từ bản sao lưu. Chi tiết: { $problem }.
journal-entry-unreadable = Không đọc được mục { $entry } của nhật ký. Hãy dùng bản Loa đã ghi nó hoặc bản mới hơn. Chi tiết: { $problem }.
journal-not-written = Bộ điều khiển không ghi được nhật ký. Chưa có gì được phát. Hãy kiểm tra ổ đĩa rồi thử lại. Chi tiết: { $problem }.
journal-not-read = Không đọc được nhật ký. Hãy kiểm tra ổ đĩa của máy điều khiển. Chi tiết: { $problem }.
journal-thread = Nhật ký ngừng hoạt động. Hãy khởi động lại bộ điều khiển. Chi tiết: { $problem }.
journal-out-of-step = Nhật ký có mục mà bộ điều khiển này chưa biết. Bộ điều khiển tự đọc lại; nếu còn lặp lại, hãy xem có bộ điều khiển thứ hai dùng chung thư mục này không. Chi tiết: { $problem }.
journal-queue-full = Ổ đĩa của máy điều khiển ghi không kịp. Hãy thử lại sau một phút. Chi tiết: { $problem }.
journal-suspended = Hiện bộ điều khiển không ghi được nhật ký và đang tự thử lại. Hãy kiểm tra ổ đĩa. Chi tiết: { $problem }.
journal-closed = Bộ điều khiển đang dừng. Hãy khởi động lại bằng `loa serve`. Chi tiết: { $problem }.

# Khởi động bộ điều khiển
data-folder-not-created = Không tạo được thư mục dữ liệu { $path }: { $problem }. Hãy chọn thư mục khác bằng --data hoặc sửa quyền truy cập.
data-folder-not-a-folder = { $path } không phải là thư mục. Hãy chọn thư mục khác bằng --data.
data-folder-not-writable = Không ghi được vào thư mục dữ liệu { $path }: { $problem }. Hãy chạy bằng người dùng sở hữu thư mục, hoặc chọn thư mục khác bằng --data.
data-folder-in-use = Một bộ điều khiển khác{ $pid ->
    [none] {""}
   *[other] {" "}(tiến trình { $pid })
  } đang dùng thư mục dữ liệu { $path }. Hãy dừng nó trước, hoặc chọn thư mục khác bằng --data.
data-folder-not-locked = Không khóa được thư mục dữ liệu { $path }: { $problem }. Hãy đặt nó trên ổ đĩa của máy này.
config-no-site = Chưa có xã nào trong { $path }. Hãy tạo bằng `loa init`, hoặc chỉ đúng thư mục bằng --data.
config-site-exists = Trong { $path } đã có một xã. Không có gì thay đổi. Hãy chọn thư mục khác bằng --data để tạo xã mới.
config-wrong = { $path } có lỗi: { $problem }. Hãy sửa rồi khởi động lại.
site-file-wrong = Tệp của xã có lỗi: { $problem }. Hãy sửa rồi thử lại.
site-key-damaged = { $path } đã hỏng hoặc không phải là khóa của xã. Hãy khôi phục từ bản sao lưu: các cụm loa không nghe theo khóa nào khác.
file-trouble = Không đọc hoặc ghi được { $path }: { $problem }. Hãy kiểm tra tên và quyền truy cập.
file-not-text = { $path } không phải là văn bản UTF-8. Trong trình soạn thảo, hãy chọn "Lưu thành" với mã hóa UTF-8.
broker-not-built = Bản loa này không có sẵn máy chủ MQTT. Hãy khai báo một máy chủ ở [broker] external trong loa.toml, hoặc dùng bản đầy đủ.
broker-port-taken = Địa chỉ { $address } của máy chủ MQTT đã bị chương trình khác chiếm. Hãy dừng chương trình đó, hoặc chọn cổng khác ở [broker] listen trong loa.toml.
broker-port-forbidden = Không được phép mở địa chỉ { $address } của máy chủ MQTT. Hãy chọn cổng lớn hơn 1023 ở [broker] listen trong loa.toml.
broker-not-listening = Máy chủ MQTT không mở được { $address }: { $problem }. Hãy sửa [broker] listen trong loa.toml.
threads-refused = Không khởi động được bộ điều khiển: { $problem }. Hãy đóng bớt chương trình rồi thử lại.
broker-threads = Không khởi động được máy chủ MQTT: { $problem }. Hãy đóng bớt chương trình rồi thử lại.
api-port-taken = Địa chỉ { $address } đã bị chương trình khác chiếm. Hãy dừng chương trình đó, hoặc chọn địa chỉ khác ở [http] listen trong loa.toml.
api-not-listening = Bộ điều khiển không mở được { $address }: { $problem }. Hãy sửa [http] listen trong loa.toml, hoặc dùng thư mục dữ liệu có đường dẫn ngắn hơn.
internal = Loa gặp lỗi bên trong: { $problem }. Hãy thử lại; nếu vẫn lỗi, hãy báo nhà cung cấp.

# Liên lạc với bộ điều khiển
controller-not-running = Bộ điều khiển chưa chạy: không có trả lời ở { $address }. Hãy khởi động bằng `loa serve`, hoặc chỉ đúng chỗ bằng --data, --socket hoặc --url.
controller-forbidden = Bạn không được phép dùng cổng kết nối { $address } của bộ điều khiển. Hãy chạy lệnh bằng người dùng đang chạy bộ điều khiển.
controller-no-answer = Bộ điều khiển ở { $address } không trả lời: { $problem }. Hãy đợi một phút rồi thử lại; nếu vẫn vậy, hãy khởi động lại nó.
controller-strange-answer = Không hiểu được trả lời từ { $address }: { $problem }. Hãy kiểm tra đó có phải là bộ điều khiển Loa cùng phiên bản ({ $version }) không.
controller-cut = Kết nối với bộ điều khiển bị ngắt: { $problem }. Hãy xem kết quả bằng `loa status` rồi thử lại.
url-wrong = { $url } không phải là địa chỉ của bộ điều khiển. Hãy viết http://MÁY:CỔNG.
identities-only-local = Khóa chỉ được cấp trên chính máy điều khiển. Hãy chạy lệnh này trên máy đó, không dùng --url.
output-exists = { $path } đã có sẵn và không bị thay đổi. Hãy chọn tên khác hoặc chuyển tệp đó đi.
another-site = Tệp này là của "{ $site }", còn máy điều khiển này là của "{ $ours }". Hãy kiểm tra tệp hoặc mã trong tệp.

# Dòng lệnh
usage-argument-unknown = Ở đây không có tùy chọn { $arg }.{ $nearest ->
    [none] {""}
   *[other] {" "}Có phải ý bạn là { $nearest }?
  } Xem `{ $help } --help`.
usage-word-too-many = Thừa chữ "{ $word }". Những chữ đi liền nhau phải đặt trong dấu nháy, ví dụ --title "Họp thôn"; xem `{ $help } --help`.
usage-verb-unknown = Không có lệnh { $verb }.{ $nearest ->
    [none] {""}
   *[other] {" "}Có phải ý bạn là { $nearest }?
  } Xem `{ $help } --help`.
usage-verb-missing = Hãy viết thêm một trong các lệnh này sau `{ $help }`: { $verbs }.
usage-missing = Còn thiếu: { $arg }. Xem `{ $help } --help`.
usage-conflict = Không dùng { $arg } cùng với { $other } được. Hãy bỏ một trong hai; xem `{ $help } --help`.
usage-twice = { $arg } được viết nhiều lần. Hãy giữ một; xem `{ $help } --help`.
usage-value-missing = { $arg } cần có giá trị.
usage-value-of = { $arg } không nhận { $value }. Hãy viết một trong: { $values }.
usage-value = { $arg } không nhận "{ $value }": { $problem }
usage-problem = giá trị này không dùng được ({ $problem }).
usage-range = phải từ { $min } đến { $max }.
usage-other = { $problem }. Xem `{ $help } --help`.
usage-lang = Không có ngôn ngữ "{ $lang }". Hãy viết --lang vi hoặc --lang en.
value-target-empty = nơi nhận bị trống. Hãy viết ví dụ all, hoặc mã của cụm loa.
value-title-empty = tiêu đề phải có ít nhất một chữ.
value-ceiling = hãy viết khoảng giờ và âm lượng từ 1 đến 100, ví dụ 05:00-06:00=50, hoặc off.
value-past = không phải ngày (24/11/2026, hôm qua), cũng không phải khoảng thời gian trước đây (12h, 3d)
