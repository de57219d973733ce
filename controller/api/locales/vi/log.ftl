# Nhật ký: những gì đã xảy ra. Ai làm thì ghi ở cột bên cạnh.

log-started = Bộ điều khiển khởi động
log-surpassed = Bộ điều khiển chạy tiếp từ một bản sao cũ của nhật ký
log-clock-set = Đã chỉnh đồng hồ; trước đó đang là { $before_at }
log-settings-changed = Đã sửa thiết lập của xã
log-site-changed = Đã sửa thông tin xã: thêm hoặc sửa { $changed } cụm loa, xóa { $removed }
log-clusters-added = Đã thêm hoặc sửa cụm loa ({ $n }): { $clusters }
log-cluster-removed = Đã xóa cụm loa { $cluster }
log-announced-now = { $class ->
    [emergency] KHẨN CẤP “{ $title }” ({ $job }): phát ngay, { $n } cụm loa
    [priority] “{ $title }” ({ $job }), ưu tiên: phát ngay, { $n } cụm loa
   *[other] “{ $title }” ({ $job }): phát ngay, { $n } cụm loa
  }
log-announced-at = { $class ->
    [emergency] KHẨN CẤP “{ $title }” ({ $job }): hẹn { $play_at }, { $n } cụm loa
    [priority] “{ $title }” ({ $job }), ưu tiên: hẹn { $play_at }, { $n } cụm loa
   *[other] “{ $title }” ({ $job }): hẹn { $play_at }, { $n } cụm loa
  }
log-programme-ready = “{ $title }” ({ $job }) theo lịch: { $play_at }, { $n } cụm loa
log-job-sent = { $title ->
    [none] Đã gửi { $job } đi
   *[other] Đã gửi “{ $title }” ({ $job }) đi
  }
log-job-stopped = { $title ->
    [none] ĐÃ DỪNG thông báo { $job }
   *[other] ĐÃ DỪNG “{ $title }” ({ $job })
  }
log-acked = { $stage ->
    [received] Đã nhận
    [ready] Sẵn sàng phát
    [started] Bắt đầu phát
    [finished] Đã phát xong
    [silent] Đã phát nhưng KHÔNG CÓ TIẾNG:
    [failed] KHÔNG PHÁT ĐƯỢC
    [preempted] Bị ngắt khi đang phát
    [skipped] Bỏ qua
    [expired] QUÁ GIỜ, không phát
   *[other] Báo ({ $stage }):
  } { $title ->
    [none] { $job }
   *[other] “{ $title }” ({ $job })
  }
log-acked-many = Báo cáo về { $n } thông báo
log-lapsed = { $title ->
    [none] { $job }
   *[other] “{ $title }” ({ $job })
  }: KHÔNG PHÁT ở { $n } cụm loa: { $clusters }
log-lapsed-unconfirmed = { $title ->
    [none] { $job }
   *[other] “{ $title }” ({ $job })
  }: đã hết giờ; chưa xác nhận hoặc đã dừng ở { $n } cụm loa
log-booted = Khởi động lại, phần mềm { $firmware }
log-other-protocol = Dùng giao thức phiên bản { $version } mà bản Loa này chưa biết
log-faults = CÓ SỰ CỐ ({ $n }): { $clusters }
log-faults-over = Hết sự cố ({ $n }): { $clusters }
log-faults-both = CÓ SỰ CỐ: { $clusters }; hết sự cố: { $well }
log-programmes-changed = Đã thêm hoặc sửa chương trình: { $programmes }
log-programmes-removed = Đã xóa chương trình: { $programmes }
log-programmes-both = Đã thêm hoặc sửa chương trình: { $programmes }; đã xóa: { $removed }
log-days-changed = Đã sửa các nhóm ngày
log-clip-added = Đã thêm bản âm thanh “{ $clip }”
log-clip-replaced = Chương trình phát bản âm thanh mới “{ $clip }”: { $programmes }
log-clip-title-removed = Đã xóa tên “{ $clip }” của một bản âm thanh còn tên khác
log-clip-removed = Đã xóa bản âm thanh “{ $clip }”
log-skipped = Chương trình { $id } không phát { $n } lần, lần đầu { $first_at }
log-forgotten = { $n } thông báo cũ đã ra khỏi bộ nhớ của bộ điều khiển; vẫn còn trong nhật ký này

# Ai làm
by-schedule = lịch phát
by-controller = bộ điều khiển
by-remote = mạng { $address }

# loa log
log-empty = Nhật ký không có mục nào như vậy.
log-more = Còn nữa. Xem các mục cũ hơn: `loa log --before { $before }`, hoặc lọc bớt: `loa log --help`.
log-away = Bộ điều khiển không trả lời. Đang thử lại ...
