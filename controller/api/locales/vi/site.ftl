# The site as a whole: its settings, and what a site file changes.

site-written = Thông tin của xã đã ghi vào { $path }.
site-set = Đã sửa:
site-as-before = Không có gì phải sửa: mọi thứ đã đúng như vậy.
site-losses = Sẽ không được nghe như đã lên lịch (hãy đổi giờ, hoặc cho phép bằng `loa schedule edit MÃ --override "lý do"`)
site-homeless = { $programme }: không còn cụm loa nào nhận chương trình này. Hãy sửa nơi nhận bằng `loa schedule edit { $programme } --to …`, hoặc xóa chương trình.
site-settings-to-change = Thiết lập sẽ sửa ({ $n }): { $names }
site-imported = Xong: sửa { $settings } thiết lập; cụm loa: thêm { $added }, sửa { $changed }, xóa { $removed }.
site-off = tắt
column-site = XÃ
column-timezone = MÚI GIỜ
column-heartbeat_s = BÁO CÁO MỖI
column-volume_emergency = ÂM LƯỢNG KHẨN CẤP
column-quiet_hours = GIỜ YÊN TĨNH
column-minutes_per_day_max = TỐI ĐA MỖI NGÀY
column-volume_ceilings = ÂM LƯỢNG TỐI ĐA
column-agenda_hours = GIỮ SẴN TRƯỚC
column-languages = NGÔN NGỮ
column-clip_loudness_lufs = ĐỘ TO CỦA BẢN GHI
column-clip_kbps = TỐC ĐỘ BIT
column-clip_minutes_max = BẢN GHI DÀI NHẤT
column-keep_years = GIỮ NHẬT KÝ
site-years = { $n } năm, cũ hơn thì chuyển vào kho lưu trữ
