# What `loa demo` says.

demo-intro = The demo: a controller, and { $clusters } simulated loudspeakers of { $site } in a process of their own. { $off } is switched off, { $mute } plays without sound. They report every { $heartbeat } s here instead of every 30, so that this is short.
demo-controller = The controller is running; its broker is at { $broker }.
demo-fleet = { $n } devices are connected.
demo-announce = Announcing { $file } to all:
demo-waiting-health = Waiting until what is wrong is flagged ...
demo-outcome = After { $seconds } s: { $played } played, { $unconfirmed } unconfirmed, { $down } down.
demo-expected = Just as it should be.
demo-unexpected = That is not what was expected: { $played } played, { $unconfirmed } unconfirmed, { $off } alone unreachable and { $mute } alone silent. Run it without --once and see `loa status { $job }`, or with RUST_LOG=debug.
demo-try = It stays up until Ctrl-C. In another terminal, try:
demo-kept = Everything is in { $path }.
demo-stopping = Stopping the loudspeakers and the controller.
demo-no-speaker = The simulated loudspeakers cannot be started: there is no { $path }. Build them with `cargo build -p speaker`, or say in LOA_SPEAKER where loa-speaker is.
demo-speaker-failed = The simulated loudspeakers did not start: { $problem }. What they wrote on standard error says more.
