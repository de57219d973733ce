# Lời của `loa demo`.

demo-intro = Chạy thử: một bộ điều khiển và { $clusters } cụm loa mô phỏng của { $site } trong một tiến trình riêng. { $off } bị tắt, { $mute } phát mà không có tiếng. Ở đây các cụm loa báo tín hiệu mỗi { $heartbeat } giây thay vì 30 giây, để chạy thử cho nhanh.
demo-controller = Bộ điều khiển đang chạy; máy chủ MQTT ở { $broker }.
demo-fleet = { $n } thiết bị đã kết nối.
demo-announce = Phát { $file } tới tất cả:
demo-waiting-health = Đang chờ phát hiện các cụm loa có sự cố ...
demo-outcome = Sau { $seconds } giây: { $played } đã phát, { $unconfirmed } chưa xác nhận, { $down } có sự cố.
demo-expected = Đúng như mong đợi.
demo-unexpected = Không đúng như mong đợi: { $played } đã phát, { $unconfirmed } chưa xác nhận, chỉ { $off } không liên lạc được và chỉ { $mute } không có tiếng. Hãy chạy lại không có --once và xem `loa status { $job }`, hoặc với RUST_LOG=debug.
demo-try = Chương trình chạy đến khi nhấn Ctrl-C. Ở một cửa sổ khác, hãy thử:
demo-kept = Mọi dữ liệu nằm trong { $path }.
demo-stopping = Đang dừng các cụm loa và bộ điều khiển.
demo-no-speaker = Không khởi động được các cụm loa mô phỏng: không có { $path }. Hãy dựng bằng `cargo build -p speaker`, hoặc cho biết loa-speaker ở đâu qua LOA_SPEAKER.
demo-speaker-failed = Các cụm loa mô phỏng không khởi động được: { $problem }. Xem thêm những gì chúng ghi ở trên.
