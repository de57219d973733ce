# Lời hướng dẫn của `loa --help` và của từng lệnh. Tiếng Anh nằm cạnh mỗi tùy chọn trong mã nguồn.
# `help--x` là tùy chọn --x ở mọi lệnh; `help-announce--at` chỉ ở lệnh `loa announce`.

help-heading-usage = Cách dùng
help-heading-verbs = Lệnh
help-heading-arguments = Đối số
help-heading-options = Tùy chọn
help-heading-global = Tùy chọn cho mọi lệnh
help-default = mặc định: { $values }
help-values = một trong: { $values }
help-env = biến môi trường: { $name }

## Tùy chọn chung

help--help = In hướng dẫn này
help--version = In phiên bản
help--data = Thư mục dữ liệu của bộ điều khiển
help--socket = Unix socket của bộ điều khiển [mặc định: loa.sock trong thư mục dữ liệu]
help--url = Bộ điều khiển qua TCP, ví dụ http://127.0.0.1:8080; được dùng trước --socket
help--json = In một đối tượng JSON thay cho lời văn
help--lang = Ngôn ngữ của những gì in ra: en hoặc vi [mặc định: LOA_LANG, nếu không có thì của hệ thống]; của văn bản được đọc lên: bất kỳ

help--file = Tệp âm thanh
help--clip = Bản âm thanh trong kho, theo mã hoặc tên, thay cho tệp; viết nhiều lần thì phát lần lượt
help--text = Văn bản được đọc lên, thay cho tệp; --lang là ngôn ngữ của văn bản
help--to = Nơi phát: all, smart, wireless, mã cụm loa, village:TÊN, uplink:TÊN; cách nhau bằng dấu phẩy
help--title = Tên cho người xem [mặc định: tên tệp, tên bản âm thanh hoặc đầu văn bản]
help--class = Mức quan trọng
help--volume = Âm lượng, phần trăm, 1 đến 100 [mặc định: theo thiết lập của xã]
help--wait = Theo dõi đến khi mọi cụm loa đã phát hoặc bị lỗi; mã thoát 4 nếu có cụm loa không phát
help--override_reason = Vẫn phát dù trái giờ yên tĩnh và các quy định của xã; lý do được ghi vào nhật ký
help--cron = Theo quy tắc cron, thay cho --at: phút giờ ngày tháng thứ
help--replace = Từ nay các chương trình đang phát bản cùng tên sẽ phát bản này: bản tin hôm nay thay bản hôm qua
help--out = Ghi vào một tệp mới, thay vì in ra màn hình
help--dry_run = Chỉ cho xem sẽ sửa gì
help--value-routine = chờ những gì đang phát
help--value-priority = trước thông báo thường
help--value-smart = có mạng riêng và trả lời được
help--value-gateway = đưa tiếng vào máy phát FM, không tính là cụm loa
help--value-wireless = thu FM sau máy phát, không trả lời được

## Lệnh

help-loa = Phát thông báo trên loa truyền thanh của xã, và biết cụm loa nào không phát
help-init = Lập một xã mới: thư mục dữ liệu, khóa của xã và thiết lập
help-serve = Chạy bộ điều khiển đến khi nhấn Ctrl-C
help-serve--take_over = Máy này phát thay cho máy điều khiển khác của xã; máy kia sẽ ngừng phát
help-serve--new = Bắt đầu nhật ký mới cho xã đã mất nhật ký và không có bản sao lưu; vẫn giữ khóa của xã
help-announce = Phát một tệp âm thanh: ngay, vào một giờ, hoặc lặp lại theo lịch
help-emergency = Phát ngay một tệp âm thanh, ngắt mọi thứ khác, đến hết giờ hoặc đến `loa stop`
help-stop = Dừng một thông báo ở mọi nơi, kể cả khi đang phát
help-cancel = Hủy một thông báo chưa bắt đầu, hoặc bỏ hẳn một chương trình
help-status = Xem bộ điều khiển và các thông báo gần đây, hoặc kết quả của một thông báo
help-log = Xem nhật ký: ai đã phát, sửa hoặc dừng gì, lúc nào
help-clip = Chuẩn bị âm thanh: thêm, đọc văn bản, liệt kê, xem, nghe, ghi ra tệp, xóa
help-schedule = Lên lịch chương trình: thêm, sửa, liệt kê, xem trước, kiểm tra, nhập, xuất
help-site = Xem và sửa thiết lập của xã: giờ yên tĩnh, âm lượng, ngôn ngữ, cả tệp của xã
help-cluster = Liệt kê, xem, thêm và xóa cụm loa
help-clock = Đồng hồ của hệ thống: `loa clock accept` xác nhận đồng hồ máy này đúng
help-clock-accept = Dùng theo đồng hồ máy này từ bây giờ: đã xem lại và thấy đúng
help-health = Cụm loa nào có sự cố, từ bao giờ và vì sao; mã thoát 4 nếu có
help-demo = Chạy thử trên máy này: một bộ điều khiển và 57 cụm loa mô phỏng, trong đó hai cụm bị hỏng

help-init--site = Lấy thông tin xã và các cụm loa từ một tệp TOML
help-init--id = Mã của xã, có trong mọi bản tin: 1 đến 32 ký tự a-z, 0-9 và "-" ở giữa
help-init--name = Tên của xã, cho người xem
help-init-examples =
    Ví dụ:
      loa init --name "Bảo Nhai, Lào Cai"           xã chưa có cụm loa; thêm bằng `loa cluster add`
      loa init --site bao-nhai.toml                 xã với các cụm loa trong tệp
      loa init --data /srv/loa --site bao-nhai.toml

    Sau đó chạy `loa serve`. Thư mục dữ liệu chứa tất cả, kể cả khóa bí mật của xã: hãy sao lưu ở nơi an toàn.

help-announce--yes = Với --text: không hỏi nghe có đúng không
help-announce--at = Khi nào, theo giờ của xã: 17:00, "tomorrow 05:00" (ngày mai), "2026-11-24 17:00", +10m [mặc định: ngay]
help-announce--cron = Lặp lại: phút giờ ngày tháng thứ, ví dụ "0 17 * * *" là 17:00 mỗi ngày
help-announce--name = Mã của chương trình, để `loa cancel` [mặc định: tạo từ tên]
help-announce--within = Cụm loa được phát muộn nhất bao lâu, ví dụ 5m [mặc định: 10m khi phát ngay, 5m khi hẹn giờ]
help-announce-examples =
    Ví dụ:
      loa announce thong-bao.mp3 --to all
      loa announce thong-bao.mp3 --to "village:Bảo Tân 1,coc-ly-1" --at 17:00 --title "Họp thôn"
      loa announce ban-tin.mp3 --to all --cron "0 17 * * *" --name ban-tin-chieu
      loa announce thong-bao.mp3 --to smart --wait --json
      loa announce --clip chime --clip "Họp thôn" --to all
      loa announce --text "Mời bà con họp lúc bảy giờ tối." --lang vi --to "village:Bảo Tân 1"

    Mọi tệp âm thanh thông thường đều được: MP3, M4A, WAV, OGG, FLAC.

help-emergency--yes = Với --text: không hỏi nghe có đúng không
help-emergency--repeat_for = Phát lặp lại trong bao lâu
help-emergency-examples =
    Ví dụ:
      loa emergency lu.mp3 --to all
      loa emergency --clip siren-wail --clip lu --to all
      loa emergency lu.mp3 --to uplink:bts-coc-ly --for 30m
      loa stop 3f2a91c4       dừng ở mọi nơi

help-stop--job = Mã của thông báo, hoặc phần đầu của mã
help-stop-examples =
    Ví dụ:
      loa stop 3f2a91c4      chỉ cần các số đầu của mã; `loa status` cho biết mã

help-cancel--job = Mã của thông báo hoặc phần đầu của mã, hoặc mã của chương trình
help-cancel-examples =
    Ví dụ:
      loa cancel 3f2a91c4
      loa cancel ban-tin-chieu

help-status--job = Mã của thông báo hoặc phần đầu của mã, hoặc mã của chương trình: lần phát cuối, nếu chưa có thì lần tới
help-status--last = Liệt kê bao nhiêu thông báo
help-status-examples =
    Ví dụ:
      loa status
      loa status 3f2a91c4         từng cụm loa, sự cố đứng trước
      loa status ban-tin-sang     lần phát cuối của một chương trình

help-log--last = Chỉ các mục mới nhất, bao nhiêu mục [mặc định: 30; có --since thì tất cả]
help-log--since = Từ lúc nào: 24/11/2026, 2026-11-24, "hôm nay", "hôm qua", hoặc cách đây bao lâu, ví dụ 12h
help-log--until = Đến hết ngày đó, hoặc đến cách đây bao lâu
help-log--before = Các mục trước mục số này, để xem tiếp
help-log--cluster = Chỉ về cụm loa này, kể cả mọi báo cáo của nó
help-log--job = Chỉ về thông báo này: mã hoặc phần đầu của mã
help-log--programme = Chỉ về chương trình này
help-log--by = Chỉ những gì người này làm; hoặc schedule (lịch phát), controller (bộ điều khiển)
help-log--kind = Chỉ loại này, ví dụ job-made, job-stopped, faults-changed, site-changed
help-log--all = Cả những việc thường xuyên: báo cáo của cụm loa, gửi đi, khởi động lại
help-log--follow = Tiếp tục hiện những gì đang xảy ra, đến khi nhấn Ctrl-C; với --json: mỗi mục một dòng
help-log-examples =
    Ví dụ:
      loa log                                         những việc mới nhất, mới nhất ở cuối
      loa log --kind job-stopped                      ai đã dừng gì
      loa log --since "hôm qua" --cluster coc-ly-1    cụm loa đó đã báo gì
      loa log --since 01/11/2026 --until 30/11/2026 --by van-hoa
      loa log --follow

    Mục quá số năm mà xã giữ (`loa site set --keep-years`) vẫn xem được ở đây.

help-health--all = Liệt kê cả những cụm loa tốt

help-demo--file = Tệp âm thanh để phát [mặc định: một thông báo ngắn bằng tiếng Việt]
help-demo--once = Tự kết thúc; mã thoát 0 chỉ khi đúng hai cụm loa hỏng không phát
help-demo-examples =
    Ví dụ:
      loa demo                         chạy đến khi nhấn Ctrl-C, để dùng thử
      loa demo thong-bao.mp3           với bản ghi của bạn
      loa demo --once --json           tự kết thúc; mã thoát 0 chỉ khi mọi việc đúng như phải thế

    Ở đây các cụm loa báo tín hiệu mỗi 5 giây thay vì 30 giây, để chạy thử cho nhanh. Không để lại gì trên máy, trừ khi --data chỉ ra một thư mục.

help-loa-examples =
    Những bước đầu:
      loa demo                                     57 cụm loa mô phỏng trên máy này
      loa init --name "Bảo Nhai"                   lập một xã
      loa serve                                    chạy bộ điều khiển
      loa announce thong-bao.mp3 --to all          phát một tệp ở mọi nơi, ngay bây giờ
      loa schedule preview                         tuần tới phát những gì
      loa health                                   cụm loa nào có sự cố, từ bao giờ, vì sao
      loa log                                      ai đã làm gì, lúc nào

    Nơi phát (--to), cách nhau bằng dấu phẩy:
      all, smart, wireless                         mọi cụm loa, hoặc mọi cụm thông minh, không dây
      bao-tan-1                                    một cụm loa theo mã
      village:"Bảo Tân 1"                          mọi cụm loa của một thôn
      uplink:bts-coc-ly                            mọi cụm loa sau một đường truyền

    Bộ điều khiển ở đâu: --url, nếu không có thì --socket, nếu không có thì loa.sock trong thư mục dữ liệu. Thư mục dữ liệu: --data, nếu không có thì $XDG_DATA_HOME/loa, rồi ~/.local/share/loa, rồi (không có thư mục nhà) /var/lib/loa.

    Mã thoát:
      0    xong
      1    không làm được
      2    dùng sai: lệnh này sẽ lại không làm được
      3    bộ điều khiển không chạy
      4    xong, nhưng có cụm loa không phát; với `health`: có sự cố; với `schedule readiness`: có
           cụm loa sẽ không kịp
      130  bị ngắt bằng Ctrl-C

    Với --json, đầu ra chuẩn có một đối tượng JSON (thời gian là mili giây UTC), còn lời cho người đọc nằm ở đầu ra lỗi; khi không làm được thì in một đối tượng có "error" với code, params, message và exit.

## loa clip

help-clip-add = Làm một bản âm thanh từ một tệp, để phát sau
help-clip-say = Làm một bản âm thanh từ một văn bản được đọc lên
help-clip-list = Liệt kê mọi bản âm thanh
help-clip-show = Xem mọi điều về một bản âm thanh, và kiểm tra tệp của nó
help-clip-replace = Đưa bản này vào các chương trình đang phát một bản cũ cùng tên
help-clip-play = Nghe một bản âm thanh trên máy này
help-clip-export = Ghi một bản âm thanh vào một tệp Ogg Opus mới
help-clip-remove = Xóa một bản âm thanh không còn ai cần

help--name = Mã, phần đầu của mã, hoặc tên
help-clip-add--title = Tên cho người xem [mặc định: tên tệp]
help-clip-add--music = Đây là nhạc [mặc định: tự đo]
help-clip-add--voice = Có người nói [mặc định: tự đo]
help-clip-add--allow_partial = Lấy phần đọc được của một tệp hỏng
help-clip-add-examples =
    Ví dụ:
      loa clip add tin.m4a --title "Họp thôn"
      loa clip add quoc-ca.mp3 --music
      loa clip add hong.mp3 --allow-partial      phần đọc được của một tệp hỏng

    Mọi tệp âm thanh thông thường đều được: MP3, M4A, WAV, OGG, FLAC. Bản nào cũng được chỉnh to như nhau.
help-clip-say--text = Văn bản; --lang là ngôn ngữ, như chương trình đọc gọi tên
help-clip-say--title = Tên cho người xem [mặc định: đầu văn bản]
help-clip-say--replace = Từ nay các chương trình đang phát bản cùng tên sẽ phát bản này
help-clip-say-examples =
    Ví dụ:
      loa clip say "Mời bà con đến nhà văn hóa lúc bảy giờ tối." --lang vi
      loa clip play 3f2a91c4                     nghe trước mọi người

    Chương trình đọc và các ngôn ngữ là do xã chọn: [speech] trong loa.toml.
help-clip-show--png = Vẽ dạng sóng vào một tệp PNG mới
help-clip-replace--name = Mã, phần đầu của mã, hoặc tên: khi đó là bản mới nhất
help-clip-export--file = Tệp mới

## loa cluster

help-cluster-list = Liệt kê mọi cụm loa và máy phát FM
help-cluster-show = Xem mọi điều về một cụm loa
help-cluster-add = Thêm hoặc sửa một cụm loa hay máy phát FM
help-cluster-remove = Xóa một cụm loa
help-cluster-identity = Ghi tệp danh tính để thiết bị tham gia

help--id = Mã của cụm loa
help-cluster-add--id = Mã: 1 đến 32 ký tự a-z, 0-9 và "-" ở giữa
help-cluster-add--kind = Loại
help-cluster-add--name = Tên cho người xem
help-cluster-add--village = Thôn nơi đặt cụm loa
help-cluster-add--uplink = Đường truyền dùng chung với cụm khác, ví dụ một trạm phát sóng
help-cluster-add--gateway = Cụm không dây: máy phát FM đứng trước
help-cluster-add--zone = Cụm không dây: mã vùng để bật và tắt
help-cluster-add--languages = Người nghe nói tiếng gì, tiếng phát trước viết trước, ví dụ hmn,vi [mặc định: theo thiết lập của xã]
help-cluster-add-examples =
    Ví dụ:
      loa cluster add bao-tan-1 --name "Cụm loa Bảo Tân 1" --village "Bảo Tân 1" --uplink bts-bao-nhai
      loa cluster add fm-1 --kind gateway
      loa cluster add tong-gia --kind wireless --gateway fm-1 --zone 7

    Thêm một mã đã có là sửa cụm loa ấy.
help-cluster-identity--ids = Mã các cụm loa thông minh và máy phát FM [mặc định: tất cả]
help-cluster-identity--out = Ghi vào một tệp mới chỉ mình bạn đọc được, thay vì in ra màn hình
help-cluster-identity-examples =
    Ví dụ:
      loa cluster identity bao-tan-1 --out bao-tan-1.toml
      loa cluster identity --out all.toml

    Tệp này có khóa bí mật: chỉ dành cho thiết bị, không đưa cho ai khác. Chỉ chạy được trên máy điều khiển.

## loa site

help-site-show = Xem thiết lập của xã
help-site-set = Sửa thiết lập: giờ yên tĩnh, âm lượng, ngôn ngữ và những thứ khác
help-site-import = Sửa thiết lập và các cụm loa theo một tệp: tất cả, hoặc không gì cả
help-site-export = Ghi thiết lập và các cụm loa thành tệp TOML

help-site-set--name = Tên của xã, cho người xem
help-site-set--timezone = Múi giờ, ví dụ Asia/Ho_Chi_Minh
help-site-set--heartbeat = Các cụm loa báo tín hiệu mỗi bao nhiêu giây
help-site-set--volume = Âm lượng khi không nói rõ, phần trăm
help-site-set--volume_emergency = Âm lượng khẩn cấp, phần trăm
help-site-set--quiet_hours = Trong những giờ này chỉ có khẩn cấp được phát; hoặc off
help-site-set--minutes_per_day = Mỗi ngày một cụm loa phát nhiều nhất bao nhiêu phút; 0 là không giới hạn
help-site-set--volume_ceilings = Vào những giờ này chỉ khẩn cấp được to hơn, ví dụ 05:00-06:00=50; viết được nhiều lần, hoặc off
help-site-set--agenda_hours = Các cụm loa giữ sẵn chương trình của bao nhiêu giờ tới, 24 đến 168
help-site-set--interrupted = Chương trình bị ngắt mà không nói rõ thì sao: resume (phát tiếp), restart (từ đầu) hoặc drop (thôi)
help-site-set--languages = Người nghe nói tiếng gì, tiếng phát trước viết trước, ví dụ vi,hmn
help-site-set--clip_loudness = Độ to của bản âm thanh mới, LUFS
help-site-set--clip_kbps = Tốc độ bit của bản âm thanh mới, kbit/s
help-site-set--clip_minutes = Bản âm thanh mới dài nhất, phút
help-site-set--keep_years = Cơ sở dữ liệu nhật ký giữ bao nhiêu năm, 1 đến 100; cũ hơn thì chuyển vào kho lưu trữ, `loa log` vẫn đọc được
help-site-set--yes = Không hỏi lại trước khi có chương trình không còn được phát
help-site-set-examples =
    Ví dụ:
      loa site set --quiet-hours 21:30-05:00
      loa site set --quiet-hours off                        không có giờ yên tĩnh
      loa site set --minutes-per-day 60 --agenda-hours 72
      loa site set --volume-ceiling 05:00-06:00=50 --volume-ceiling 20:00-21:00=60
      loa site set --languages vi,hmn
      loa site set --quiet-hours 20:00-06:00 --dry-run      sẽ sửa gì, chương trình nào sẽ không phát

    Những gì không nhắc đến vẫn như cũ. Các chương trình theo ngay.
help-site-import--file = Tệp của xã
help-site-import--replace = Xóa các cụm loa không có trong tệp; thiết lập mà tệp không nhắc đến trở về mặc định
help-site-import--yes = Không hỏi lại trước khi sửa hoặc xóa cụm loa
help-site-import-examples =
    Ví dụ:
      loa site import bao-nhai.toml --dry-run              sẽ sửa gì
      loa site import bao-nhai.toml                        những gì tệp không nhắc đến vẫn như cũ
      loa site import bao-nhai.toml --replace              xã đúng như trong tệp, không còn gì khác

## loa schedule

help-schedule-add = Thêm một chương trình
help-schedule-edit = Sửa một chương trình: bằng tùy chọn, hoặc trong trình soạn thảo
help-schedule-list = Liệt kê mọi chương trình
help-schedule-show = Xem mọi điều về một chương trình: khi nào phát tiếp, trùng với gì, lần nào bị bỏ
help-schedule-remove = Xóa một chương trình, và những gì đã lên lịch của nó
help-schedule-pause = Cho một chương trình nghỉ
help-schedule-resume = Cho một chương trình đang nghỉ phát lại
help-schedule-order = Khi nhiều chương trình cùng mức phải chờ, chương trình nào đi trước
help-schedule-preview = Vẽ tuần tới: phát gì lúc nào, trùng với gì, gì sẽ bị bỏ
help-schedule-check = Kiểm tra tệp lịch, không cần bộ điều khiển; mã thoát 2 nếu có gì sai
help-schedule-import = Lấy chương trình từ một tệp: cho xem sẽ sửa gì, hỏi lại, rồi sửa tất cả hoặc không gì cả
help-schedule-export = Ghi chương trình thành tệp, hoặc thành lịch cho điện thoại
help-schedule-readiness = Những lần phát sắp tới có được nghe không? Mã thoát 4 nếu có cụm loa sẽ không kịp
help-schedule-next = Sắp phát gì, và gần đây gì bị bỏ

help-schedule-show--id = Mã của chương trình
help-schedule-remove--id = Mã của chương trình
help-schedule-pause--id = Mã của chương trình
help-schedule-resume--id = Mã của chương trình
help-schedule-edit--id = Mã của chương trình
help-schedule-add--id = Mã: 1 đến 32 ký tự a-z, 0-9 và "-" ở giữa, ví dụ ban-tin-sang
help--item = Bản âm thanh theo mã hoặc tên, hoặc mỗi thứ tiếng một bản: vi=tin-xa,hmn=tin-xa-hmong; viết nhiều lần thì phát lần lượt
help--at = Các giờ trong ngày, cách nhau bằng dấu phẩy, ví dụ 05:00,17:00
help--on = Những ngày nào: t2-t6, "last fri", "day 15", "lunar 15", 2/9; xem thêm `loa schedule add --help` [mặc định: mọi ngày]
help--once = Một lần, thay cho --at: ngày và giờ, ví dụ "2026-12-01 17:00"
help--between = Chỉ từ ngày này đến ngày kia, ví dụ 2026-09-05..2027-05-31
help--except = Những ngày không phát, viết như ở --on
help--busy = Khi đang có thứ cùng mức: "at once" (phát ngay), next (kế tiếp), "wait 10m" (chờ) [mặc định: wait 5m]
help--interrupted = Khi bị ngắt: resume (phát tiếp), restart (từ đầu), drop (thôi) [mặc định: theo thiết lập của xã]
help--missed = Khi lỡ giờ: skip (bỏ), "late-until 07:30" (phát muộn đến 07:30) [mặc định: skip]
help-schedule-add--title = Tên cho người xem [mặc định: mã]
help-schedule-edit--title = Tên cho người xem [mặc định: mã]
help-schedule-add--class = Mức quan trọng [mặc định: routine]
help-schedule-edit--class = Mức quan trọng [mặc định: routine]
help-schedule-add--override_reason = Vẫn sửa dù trái giờ yên tĩnh và các quy định của xã; lý do được ghi vào nhật ký
help-schedule-edit--override_reason = Vẫn sửa dù trái giờ yên tĩnh và các quy định của xã; lý do được ghi vào nhật ký
help-schedule-import--override_reason = Vẫn sửa dù trái giờ yên tĩnh và các quy định của xã; lý do được ghi vào nhật ký
help-schedule-add-examples =
    Ví dụ:
      loa schedule add ban-tin-sang --item chime --item "Bản tin sáng" --to all --at 05:30 --on mon-sat
      loa schedule add tin-xa --item vi=tin-xa,hmn=tin-xa-hmong --to "village:Bảo Tân 1" --at 05:00,17:00
      loa schedule add le-2-9 --title "Quốc khánh" --item quoc-ca --to all --at 06:00 --on 2/9
      loa schedule add ram --item tin-ram --to all --at 17:00 --on "lunar 15" --except nghi-tet
      loa schedule add hop-thon --item "Họp thôn" --to "village:Bảo Tân 1" --once "2026-12-01 17:00"
      loa schedule add tin-tinh --item tin-tinh --to all --cron "0 17 * * *" --missed "late-until 18:30"

    Ngày (--on, --except), mỗi loại một tùy chọn riêng:
      daily                                        mọi ngày
      t2-t6, t7,cn (mon-fri, sat,sun)              các thứ trong tuần
      "2nd tue", "last fri"                        thứ ba thứ hai, thứ sáu cuối của mỗi tháng
      "day 15", "day 1,15", "last day"             các ngày của mỗi tháng
      "every 3 days from 2026-12-01"               từ ngày đó, cứ ba ngày một lần
      "lunar 15" (rằm), "lunar 15/7"               ngày âm lịch
      2/9, 20/11..22/11                            các ngày của mỗi năm
      2026-09-02, 2026-09-02..2026-09-05           ngày cụ thể
      nghi-tet                                     một nhóm ngày trong tệp đã nhập
help-schedule-edit-examples =
    Ví dụ:
      loa schedule edit ban-tin-sang                         trong trình soạn thảo mà VISUAL hoặc EDITOR chỉ ra
      loa schedule edit ban-tin-sang --at 06:00
      loa schedule edit ban-tin-sang --on t2-t6 --except nghi-tet
      loa schedule edit ban-tin-sang --between ""            không còn giới hạn ngày
      loa schedule edit dem-hoi --override "đêm hội"         được vượt quy định của xã

    Chỉ những gì được viết mới thay đổi. Danh sách mới thay danh sách cũ; --except không đụng đến những ngày có lịch khác. Chữ trống ("") bỏ --on, --between, --except hoặc --title đi.
help-schedule-order--ids = Mã các chương trình, từ đầu đến cuối
help-schedule-order--none = Không chương trình nào được đi trước nữa
help-schedule-order-examples =
    Ví dụ:
      loa schedule order thoi-tiet ban-tin-sang tin-xa
      loa schedule order --none

    Trong tệp lịch cũng nói được như vậy: order = ["thoi-tiet", "ban-tin-sang"] đặt trước mọi thứ khác.
help--days = Bao nhiêu ngày, kể từ hôm nay
help--cluster = Chỉ những gì cụm loa này phát
help-schedule-preview-examples =
    Ví dụ:
      loa schedule preview
      loa schedule preview --days 31 --cluster bao-tan-1
help-schedule-check--files = Các tệp lịch; nhóm ngày có thể nằm ở một tệp khác trong số đó
help-schedule-check--quiet_hours = Những giờ không gì được bắt đầu, hoặc off
help-schedule-check--timezone = Múi giờ của xã
help-schedule-check-examples =
    Ví dụ:
      loa schedule check lich.toml
      loa schedule check schedules/*.toml --quiet-hours 22:00-04:30
      loa schedule check lich.toml --json

    Chỗ sai được ghi dạng TỆP:DÒNG:CỘT: ở đầu ra lỗi. Không xét bản âm thanh và cụm loa: chỉ bộ điều khiển biết, và `loa schedule import TỆP --dry-run` sẽ hỏi.
help-schedule-import--file = Tệp lịch; - là đầu vào chuẩn
help-schedule-import--replace = Xóa các chương trình và nhóm ngày không có trong tệp
help-schedule-import--yes = Không hỏi lại trước khi sửa hoặc xóa chương trình
help-schedule-import-examples =
    Ví dụ:
      loa schedule import lich.toml --dry-run
      loa schedule import lich.toml
      loa schedule import lich.toml --replace --yes
      loa schedule export | ssh xa-khac loa schedule import - --yes
help-schedule-export--programme = Chỉ chương trình này
help-schedule-export--ics = Dạng iCalendar, cho điện thoại và chương trình lịch: mọi lần phát trong những ngày tới
help-schedule-export--days = Với --ics: bao nhiêu ngày, kể từ hôm nay
help-schedule-export--cluster = Với --ics: chỉ những gì cụm loa này phát
help-schedule-export-examples =
    Ví dụ:
      loa schedule export --out lich.toml
      loa schedule export ban-tin-sang
      loa schedule export --ics --out lich-phat.ics
help-schedule-next--count = Bao nhiêu lần phát
