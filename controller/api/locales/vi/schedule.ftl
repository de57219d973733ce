# Lịch phát: lịch sai chỗ nào, những ngày tới sẽ ra sao, và những gì lệnh hiển thị.

# Tệp lịch
file-syntax = Chỗ này không đúng định dạng TOML: { $kind ->
    [string-values-must-be-quoted] thiếu giá trị, hoặc chữ chưa đặt trong dấu nháy "…"
    [missing-opening-quote] thiếu dấu nháy mở
    [invalid-basic-string] thiếu dấu nháy đóng, hoặc trong dấu nháy có ký tự không dùng được
    [missing-comma-between-array-elements] thiếu dấu phẩy giữa các phần tử trong [ ]
    [missing-comma-between-key-value-pairs] thiếu dấu phẩy giữa các mục
    [extra-comma-in-array] thừa dấu phẩy trong [ ]
    [missing-assignment-between-key-value-pairs] thiếu dấu = giữa tên mục và giá trị
    [key-with-no-value] thiếu dấu = và giá trị sau tên mục
    [missing-value-for-key] thiếu giá trị sau dấu =
    [missing-value] thiếu giá trị sau dấu =
    [unclosed-array] thiếu dấu ] đóng
    [unclosed-table] thiếu dấu ] đóng
    [unclosed-array-table] thiếu dấu ]] đóng
    [unclosed-inline-table] thiếu dấu ngoặc nhọn đóng
    [duplicate-key] mục này đã có ở trên
    [invalid-unquoted-key] tên mục có ký tự không dùng được
    [unexpected-leading-zero] số không được bắt đầu bằng 0
    [unexpected-key-or-value] thừa nội dung ở cuối dòng
    [unexpected-content] thừa nội dung ở cuối dòng
   *[other] { $problem }
  }. Hãy kiểm tra dấu nháy, dấu ngoặc và dấu phẩy.
file-curly-quotes = Hãy dùng dấu nháy thẳng (") thay cho dấu nháy cong (“ ”). Phần mềm soạn thảo văn bản hay tự đổi dấu nháy: hãy dùng trình soạn thảo thường như Notepad.
file-too-long = Tệp lớn hơn { $max } MB. Hãy chia thành nhiều tệp.
file-field-unknown = Ở đây không có mục "{ $field }". { $nearest ->
    [none] Các mục được dùng: { $fields }.
   *[other] Có phải ý bạn là { $nearest }?
  }
file-kind = { $field } phải là { $kind ->
    [text] một dòng chữ trong dấu nháy
    [texts] danh sách chữ, ví dụ ["a", "b"]
    [number] số nguyên
    [flag] true hoặc false
    [list] danh sách, ví dụ ["a", "b"]
   *[table] một bảng
  }, không phải { $found ->
    [string] chữ
    [integer] số nguyên
    [float] số lẻ
    [boolean] true/false
    [array] danh sách
    [table] bảng
    [datetime] ngày giờ
   *[other] { $found }
  }.
file-missing = Thiếu mục { $field }. Ví dụ: { $example }
file-empty = Mục { $field } đang trống. Hãy điền vào hoặc bỏ mục này.
file-both = Không dùng { $field } cùng với { $other } được. Hãy giữ lại một mục.
file-no-time = Chương trình chưa có giờ phát. Hãy viết at = ["05:30"], cron = "0 17 * * *" hoặc once = "2026-12-01 17:00".
file-number = { $field } phải từ { $min } đến { $max }, không phải { $value }.
file-too-many = { $field } quá dài: tối đa { $max }. Hãy rút ngắn hoặc chia nhỏ.
file-word = { $field }: không có "{ $text }". Hãy chọn một trong: { $words }.{ $nearest ->
    [none] {""}
   *[other] {" "}Có phải ý bạn là { $nearest }?
  }
file-name = "{ $text }" không dùng làm mã được. Mã có 1 đến 32 ký tự a-z, 0-9 và "-", bắt đầu bằng chữ cái, ví dụ ban-tin-sang.
file-double = Dòng { $line } đã có chương trình { $id }. Hãy đặt mã khác cho chương trình này.
file-ordered-twice = { $id } đã có trong thứ tự rồi. Hãy giữ một.
file-brackets = Hãy viết [[{ $field }]] với hai ngoặc vuông mỗi bên: có thể có nhiều mục như vậy.
file-double-variant = Thứ tiếng { $language } có hai lần trong một mục. Hãy giữ một bản.
file-set-name = "{ $text }" đã chỉ những ngày khác rồi. Hãy đặt tên khác cho nhóm ngày, ví dụ nghi-tet.
file-set-unknown = "{ $text }" không phải là ngày, cũng không có nhóm ngày nào tên như vậy.{ $nearest ->
    [none] {""}
   *[other] {" "}Có phải ý bạn là { $nearest }?
  } Ví dụ: "t2-t6", "rằm", "2/9", hoặc khai báo [day_set.{ $text }].
file-moment = "{ $text }" không phải là ngày giờ. Ví dụ: "17:00 01/12/2026".
file-between = "{ $text }" không phải là khoảng ngày. Ví dụ: "05/09/2026..31/05/2027".
days-unreadable = Không hiểu "{ $text }" là ngày nào. Ví dụ: "hằng ngày", "t2-t6", "thứ hai", "rằm", "rằm tháng 7", "last fri", "day 15", "2/9" hoặc "02/09/2026".
days-no-such-date = Trong lịch không có ngày "{ $text }". Hãy sửa lại ngày hoặc tháng.
days-no-such-lunar-date = Không có ngày âm lịch "{ $text }". Tháng âm từ 1 đến 12, ngày từ 1 đến 30, ví dụ "lunar 15/7".
days-backwards = "{ $text }" kết thúc trước khi bắt đầu. Hãy đổi chỗ hai ngày.
days-step = "{ $text }": khoảng cách phải từ 1 đến 366 ngày, ví dụ "every 3 days from 2026-12-01".
time-unreadable = "{ $text }" không phải là giờ. Hãy viết giờ và phút, ví dụ "05:00" hoặc "17:30".
hours-unreadable = "{ $text }" không phải là khoảng giờ. Ví dụ: "21:00-05:00".
hours-empty = Khoảng giờ "{ $text }" có giờ đầu trùng giờ cuối. Hãy sửa giờ cuối.
busy-unknown = Không có cách "{ $text }". Hãy viết "at once" (chen ngang ngay), "next" (phát kế tiếp) hoặc "wait 10m" (chờ 10 phút; từ 1 đến 1440).
interrupted-unknown = Không có cách "{ $text }". Hãy viết "resume" (phát tiếp), "restart" (phát lại từ đầu) hoặc "drop" (bỏ).
missed-unknown = Không có cách "{ $text }". Hãy viết "skip" (bỏ qua) hoặc ví dụ "late-until 07:30" (phát muộn đến 07:30).
language-unknown = "{ $text }" không phải là mã ngôn ngữ. Ví dụ: "vi" là tiếng Việt, "hmn" là tiếng H'Mông.

# Bộ điều khiển từ chối
unknown-programme = Không có chương trình { $id }.{ $nearest ->
    [none] {" "}Xem `loa schedule list`.
   *[other] {" "}Có phải ý bạn là { $nearest }?
  }
unknown-day-set = Không có nhóm ngày { $set }.{ $nearest ->
    [none] {" "}Hãy khai báo trong tệp bằng [day_set.{ $set }].
   *[other] {" "}Có phải ý bạn là { $nearest }?
  }
schedule-refused = Chưa thay đổi lịch phát: có { $count } chỗ sai.
schedule-all-gone = Tệp không có chương trình nào: với --replace thì mọi chương trình sẽ mất. Hãy kiểm tra tệp; muốn xóa một chương trình, dùng `loa schedule remove`.
rail-quiet-hours = { $programme ->
    [none] {""}
   *[other] { $programme }:{" "}
  }Quy định “giờ yên tĩnh”: không phát trong khoảng { $hours }, nhưng lần này rơi vào giờ đó ({ $start_at }).{ $reason ->
    [none] {" "}Hãy chọn giờ khác, hoặc vẫn phát bằng --override "lý do".
   *[other] {" "}Vẫn phát, với lý do: { $reason }
  }
rail-minutes-per-day = { $programme ->
    [none] {""}
   *[other] { $programme }:{" "}
  }Quy định “số phút mỗi ngày”: cụm loa { $cluster } sẽ phát { $minutes } phút trong ngày, chỉ được { $max } phút ({ $start_at }).{ $reason ->
    [none] {" "}Hãy rút ngắn hoặc dời sang ngày khác, hoặc vẫn phát bằng --override "lý do".
   *[other] {" "}Vẫn phát, với lý do: { $reason }
  }
rail-volume-ceiling = { $programme ->
    [none] {""}
   *[other] { $programme }:{" "}
  }Quy định “âm lượng tối đa”: vào giờ đó chỉ được { $ceiling } %, không phải { $volume } % ({ $start_at }).{ $reason ->
    [none] {" "}Hãy giảm âm lượng, hoặc vẫn phát bằng --override "lý do".
   *[other] {" "}Vẫn phát, với lý do: { $reason }
  }

# Hai chương trình trùng giờ
outcome-waits = { $second } chờ { $first } phát xong, bắt đầu muộn { $wait_ms }.
outcome-dropped = { $second } gặp lúc { $first } đang phát nên không được phát: phải chờ tất cả { $wait_ms }, lâu hơn mức cho phép.
outcome-interrupts-drop = { $second } chen ngang; { $first } dừng hẳn ở đó.
outcome-interrupts-resume = { $second } chen ngang; sau đó { $first } phát tiếp từ chỗ dừng.
outcome-interrupts-restart = { $second } chen ngang; sau đó { $first } phát lại từ đầu.

# Thiếu bản tiếng dân tộc
gap-missing = { $programme ->
    [none] {""}
   *[other] { $programme }:{" "}
  }Mục { $item } chưa có bản { $language }: { $count } cụm loa chỉ nghe bằng các thứ tiếng còn lại ({ $clusters }).
gap-fallback = { $programme ->
    [none] {""}
   *[other] { $programme }:{" "}
  }Mục { $item } chưa có bản { $language }: { $count } cụm loa sẽ nghe bản { $fallback } thay thế ({ $clusters }).

# Vì sao không phát
skip-not-running = lúc đó bộ điều khiển không chạy
skip-superseded = bị lỡ nhiều lần liền, chỉ phát lần cuối
skip-called-off = đã được cán bộ hủy
skip-no-room = cụm loa đã giữ sẵn tối đa số chương trình; hãy bớt chương trình, hoặc giảm số giờ bằng `loa site set --agenda-hours`
skip-too-many-clips = ở cụm loa nghe nhiều thứ tiếng, chương trình có quá nhiều âm thanh; hãy chia nhỏ
skip-no-clusters = các cụm loa nhận chương trình này không còn nữa

# Vì sao cụm loa không kịp
late-link = đường truyền chậm, âm thanh đến không kịp
late-unreachable = không nhận được tin từ cụm loa; hãy kiểm tra nguồn điện và mạng
late-clip-lost = bộ điều khiển đã mất bản âm thanh; xem `loa health`
late-failed = cụm loa không nhận được âm thanh; xem `loa status`
late-unknown = chưa đo được đường truyền

# loa schedule: từ ngữ
weekday-1 = T2
weekday-2 = T3
weekday-3 = T4
weekday-4 = T5
weekday-5 = T6
weekday-6 = T7
weekday-7 = CN
moment = { $time } { $date }
date = { $day }/{ $month }/{ $year }
day-daily = hằng ngày
day-nth = { $weekday } lần thứ { $n } trong tháng
day-last-weekday = { $weekday } cuối cùng trong tháng
day-of-month = ngày { $days } hằng tháng
day-last = ngày cuối tháng
day-every = cứ { $n ->
    [1] mỗi ngày
   *[other] { $n } ngày
  } từ { $date }
day-lunar = { $n ->
    [15] rằm
    [1] mùng 1
   *[other] ngày { $n } âm lịch
  }
day-lunar-last = ngày cuối tháng âm lịch
day-lunar-date = { $date } âm lịch
day-lunar-leap = { $date } nhuận âm lịch
day-lunar-range = { $from } – { $to } âm lịch
column-items = NỘI DUNG
column-between = TRONG KHOẢNG
column-except = NGOẠI LỆ
column-volume = ÂM LƯỢNG
column-busy = KHI LOA BẬN
column-interrupted = KHI BỊ NGẮT
column-missed = KHI LỠ GIỜ
column-override = LÝ DO VƯỢT QUY ĐỊNH
column-agenda = NHẬN LỊCH
column-clips = NHẬN ÂM THANH
column-ready = SẴN SÀNG LÚC
column-count = SỐ LẦN
column-clusters = SỐ CỤM LOA
busy-at-once = chen ngang ngay
busy-next = phát kế tiếp, trước các chương trình đang chờ
busy-wait = chờ tối đa { $minutes } phút
interrupted-resume = phát tiếp từ chỗ dừng
interrupted-restart = phát lại từ đầu
interrupted-drop = dừng hẳn
missed-skip = bỏ qua
missed-late-until = phát muộn, trước { $time }
programme-on = đang bật
programme-paused = tạm dừng
programme-order = { $state } (thứ tự { $n })
programme-over = đã hết
site-default = theo cài đặt chung: { $value }
day-exceptional = ngày ngoại lệ
except-silent = không phát
more-days = { $some } và { $n } ngày khác
and-more = { $some } và { $n } cụm khác

# loa schedule add, edit, remove, pause, resume, order
schedule-added = Đã thêm chương trình { $programme }. Xem lịch tuần: `loa schedule preview`
schedule-changed = Đã sửa chương trình { $programme }. Xem lịch tuần: `loa schedule preview`
schedule-unchanged = Không có gì thay đổi: chương trình { $programme } đã như vậy rồi.
schedule-untouched = Không có gì thay đổi.
schedule-next = Lần phát tới: { $next_at }.
schedule-removed = Đã xóa chương trình { $programme }.{ $n ->
    [0] {""}
   *[other] {" "}{ $n } lần phát đã lên lịch sẽ không phát.
  }
schedule-paused = Chương trình { $programme } tạm dừng. Bật lại bằng `loa schedule resume { $programme }`.
schedule-resumed = Chương trình { $programme } đã được bật lại.
schedule-ordered = Khi nhiều chương trình cùng chờ, sẽ phát theo thứ tự: { $programmes }.
schedule-unordered = Không còn thứ tự ưu tiên: trong các chương trình đang chờ, chương trình có giờ sớm hơn phát trước.
schedule-edit-again = Sửa lại ngay bây giờ? [c/K]
schedule-draft-kept = Nội dung bạn viết còn ở { $path }. Hãy sửa ở đó rồi chạy `loa schedule import { $path }`.
editor-failed = Không dùng được trình soạn thảo { $program }: { $problem }. Hãy đặt biến EDITOR sang trình khác, hoặc sửa chương trình bằng tùy chọn; xem `loa schedule edit --help`.
edit-loses-days = Chương trình { $id } đang phát theo { $field } = "{ $rule }"; nếu chỉ có --at thì sẽ phát hằng ngày. Hãy đổi bằng --{ $field }, hoặc ghi cả ngày phát, ví dụ --on daily.
edit-other-programme = Nội dung phải giữ đúng một chương trình { $id }. Muốn đổi mã, hãy thêm chương trình mới rồi xóa { $id }; muốn sửa nhiều chương trình, hãy dùng `loa schedule import`.

# loa schedule import, export
schedule-imported = Xong: thêm { $added }, sửa { $changed }, xóa { $removed }, giữ nguyên { $unchanged }.
schedule-written = Lịch phát đã ghi vào { $path }.
calendar-written = { $n } lần phát đã ghi vào { $path }. Mở tệp này trên điện thoại hoặc thêm vào lịch bất kỳ.
calendar-clusters = { $n } cụm loa
calendar-volume = Âm lượng { $n } %

# loa schedule check
check-refused = Có { $count } chỗ sai. Hãy sửa các dòng trên rồi kiểm tra lại.
check-never-again = Chương trình { $id } không còn lần phát nào nữa. Hãy đặt ngày muộn hơn hoặc xóa đi.
check-quiet-hours = Chương trình { $id } sẽ phát trong giờ yên tĩnh { $hours } ({ $start_at }) nên bộ điều khiển sẽ bỏ qua. Hãy chọn giờ khác; nếu đúng ý, hãy kiểm tra với --quiet-hours off và nhập với --override "lý do".
check-double = Chương trình { $id } cũng có trong { $file }, dòng { $line }. Hãy đặt mã khác cho một trong hai.
check-file = { $file }: { $programmes ->
    [0] không có chương trình nào
   *[other] { $programmes } chương trình
  }, { $sets ->
    [0] không có nhóm ngày nào
   *[other] { $sets } nhóm ngày
  }.

# loa schedule list, show, next, readiness, preview
schedule-none = Chưa có chương trình nào. Thêm bằng `loa schedule add`.
next-none = Trong một tháng tới không có gì được lên lịch. Xem `loa schedule list`.
coming-head = Sắp phát
skips-head = Những lần không phát gần đây
skips-of-programme = Những lần không phát
collisions-head = Trùng giờ
notes-head = Lưu ý
collision-line = { $days }, { $time }: “{ $first }” và “{ $second }” trùng nhau { $length_ms } trên { $count } cụm loa ({ $clusters }). { $outcome }
readiness-none = Không có lần phát nào sắp tới.
readiness-good = { $total } lần phát sắp tới đều sẽ kịp, theo những gì biết được.
readiness-bad = { $n }/{ $total } lần phát sắp tới sẽ không kịp ở mọi nơi.
readiness-late = Sẽ không kịp (“{ $title }”)
readiness-unknown = “{ $title }”: chưa biết được { $n } cụm loa có kịp không ({ $clusters }).
preview-all = Tất cả cụm loa, từ { $from } đến { $to }
preview-cluster = Cụm loa { $cluster }, từ { $from } đến { $to }
too-much-asked = Khoảng thời gian đó có hơn { $most } lần phát, quá nhiều để xem một lúc. Hãy chọn ít ngày hơn.
preview-none = Trong những ngày này không có gì được lên lịch.
preview-lunar = âm
grid-day = { $weekday } { $day }/{ $month }
grid-lunar-leap = { $date }n
mark-priority = ưu tiên
mark-exceptional = ngày ngoại lệ
mark-by-hand = thông báo riêng
mark-left-out = không phát (ở mọi nơi hoặc ở một số nơi): trái quy định của xã
mark-passes = được phép vượt quy định, có lý do
mark-collision = trùng giờ với chương trình hoặc thông báo khác
note-times = { $text } ({ $n } lần trong những ngày này)
