# What went wrong: what happened, to which thing, and what to do next.

# Sound files
audio-missing = There is no file { $file }. Check the name and the folder.
audio-not-a-file = { $file } is not a file. Name a sound file, not a folder.
audio-unreadable = { $file } cannot be read. Check that you may open it, and try again.
audio-empty = { $file } is empty. Record or copy the sound again.
audio-not-audio = { $file } is not a sound file. Use a recording such as MP3, M4A, WAV or OGG.
audio-no-track = { $file } has no sound in it. Use a recording with sound.
audio-unsupported-codec = The sound of { $file } is coded as { $codec }, which Loa cannot read. Save it as MP3 or WAV and try again.
audio-damaged = { $file } is damaged or cut off: only { $readable_s } s of it can be read. Copy it again from the phone or record it again, or take that much with `loa clip add --allow-partial`.
audio-too-short = { $file } is too short ({ $duration_ms }). Check that it is the right recording.
audio-too-long = { $file } is longer than { $max_minutes } minutes. Split it into parts.
audio-not-written = The sound of { $file } could not be stored. Check the disk of the controller, and try again.
audio-not-processed = The sound of { $file } could not be processed. Save it as WAV and try again; if that fails too, send the file to the vendor.
audio-skipped = { $skipped_ms } of the sound could not be read and was left out. Listen to the recording before it is played.
audio-silent = There is nothing to be heard in { $file }. Check the microphone, and record it again.
audio-partial = The file is damaged: the clip holds the first { $readable_ms } of it, which is all that could be read. Listen to it before it is played.
audio-trimmed = { $start_ms ->
    [none] Silence at the end was cut off: { $end_ms }.
   *[other] { $end_ms ->
        [none] Silence at the start was cut off: { $start_ms }.
       *[other] Silence was cut off: { $start_ms } at the start and { $end_ms } at the end.
    }
  }
audio-quiet = The recording is very quiet ({ $loudness } LUFS). It was made louder, and its noise may be heard. Record it again nearer to the microphone if you can.
audio-clipped = The recording was too loud for its recorder ({ $share } % of it is cut off) and sounds rough. Record it again farther from the microphone if you can.
audio-out-of-phase = The channels of the recording cancel each other; one of them was taken. Check the cables of the recorder.

# What was asked for
unknown-targets = No loudspeaker fits { $targets }.{ $nearest ->
    [none] {" "}See `loa cluster list`.
   *[other] {" "}Did you mean { $nearest }?
  }
no-clusters = There is no loudspeaker among these targets. See `loa cluster list`.
past-time = The start, { $play_at }, is past: it is now { $now_at }. Give a later time.
never-fires = It never plays: no day and time to come fits. Check its day, month and year.
unknown-job = There is no announcement or programme { $id }.{ $nearest ->
    [none] {" "}See `loa status`.
   *[other] {" "}Did you mean { $nearest }?
  }
programme-without-jobs = Programme { $id } has played nothing of late, and nothing of it is planned for the hours ahead. See `loa schedule show { $id }`.
programme-not-playing = Nothing of programme { $id } plays now. To call off what is to come, use `loa schedule pause { $id }` or `loa schedule remove { $id }`.
job-over = The announcement { $job } is over already. See `loa status { $job }`.
job-plays = The announcement { $job } is playing already. End it with `loa stop { $job }`.
programme-exists = There is a programme { $id } already. Choose another id, or change that one with `loa schedule edit { $id }`.
unknown-cluster = There is no loudspeaker { $cluster }.{ $nearest ->
    [none] {" "}See `loa cluster list`.
   *[other] {" "}Did you mean { $nearest }?
  }
gateway-in-use = Wireless loudspeakers depend on the gateway { $cluster }. Remove them first.
bad-cluster = The loudspeaker { $cluster } cannot be added: { $problem ->
    [no-gateway] it is wireless and needs a gateway
    [unknown-gateway] its gateway is not a known gateway
    [no-zone] it is wireless and needs a zone code
    [not-wireless] only a wireless loudspeaker has a gateway and a zone
    [named-twice] its id stands there twice
    [zone-taken] another loudspeaker behind its gateway has that zone
    [languages] it has more than 8 languages, or one of them twice
    [name] its name, village or uplink is too long, or has characters that cannot be shown
   *[other] { $problem }
  }. Correct it and try again.
too-many-clips-for-cluster = The loudspeaker { $cluster } takes at most { $most } clips in one announcement. Use fewer clips, or leave it out.
too-many-jobs = The loudspeaker { $cluster } has as many announcements ahead as it can hold. Cancel some (`loa status` lists them), or leave it out.
out-of-range = { $what } has to be from { $least } to { $most }. Correct it and try again.
out-of-bounds = { $what ->
    [volume] The volume is outside its bounds; give 1 to 100.
    [clips] There are no clips, or too many for one announcement; split it.
    [title] The title is too long, or has characters that cannot be shown; give another one with --title.
    [clusters] That is more loudspeakers than one site can have.
    [programmes] That is more programmes than one site can have; cancel some first.
    [repeat] The duration of the repetition is outside its bounds; give another --for.
    [start-within] The start window is outside its bounds; give another --within.
    [reason] Say why with --override, in a few words and on one line.
    [name] The name is too long, or has characters that cannot be shown.
    [order] A programme stands in the order twice; name each once.
    [timezone] The time zone is not known; write for example Asia/Ho_Chi_Minh.
    [languages] Name at most 8 languages, each once.
   *[other] { $what } is outside its bounds. Correct it and try again.
  }
busy = The controller is busy: too many programs wait for it at once. Try again in a minute.
bad-request = The request cannot be understood: { $problem }. Correct it; if the command was right, loa and the controller may be of different versions.

# Times
when-unreadable = "{ $text }" is not a time. Write 17:00 (today), "tomorrow 05:00", "2026-11-24 17:00" or +10m (in ten minutes).
when-no-such-date = There is no date "{ $text }". Write year-month-day, for example 2026-11-24.
when-no-such-time = There is no time "{ $text }". Write hours from 00 to 23 and minutes from 00 to 59, for example 17:30.
when-past = "{ $text }" is past: it is now { $now }. For tomorrow write "{ $tomorrow }".
when-too-far = "{ $text }" is too far ahead. Give a date within the next ten years, for example "{ $example }".
rule-empty = The cron rule is empty. Write for example "0 17 * * *" for 17:00 every day.
rule-too-long = The cron rule is too long. Split it into several programmes.
rule-field-count = The cron rule cannot be followed: { $problem }.
rule-shorthand-unknown = The cron rule cannot be followed: { $problem }.
rule-field-wrong = The cron rule cannot be followed: { $problem }.
rule-never-fires = The cron rule never comes: { $problem }.
rule-never-again = It never plays again: { $problem }.
zone-unknown = There is no time zone "{ $name }". Write an IANA name, for example Asia/Ho_Chi_Minh.

# The store and the journal
clip-not-found = A clip of this announcement is not in the controller's store. Announce the file again.
clip-damaged = A clip in the store is damaged: { $problem }. Announce the file again.
unknown-clip = There is no clip { $name }.{ $nearest ->
    [none] {" "}Add its sound with `loa clip add FILE --title "{ $name }"`, or see `loa clip list`.
   *[other] {" "}Did you mean { $nearest }?
  }
library-full = The library holds { $most } clips, and takes no more. Remove some that nobody needs: see `loa clip list`, then `loa clip remove`.
clip-in-use = The clip { $clip } is still needed by { $users }. Remove a programme with `loa schedule remove`, call an announcement off with `loa cancel`; or let programmes play a newer clip of the same title: `loa clip replace`.
play-failed = The sound output of this machine does not work: { $problem }. Check its loudspeaker and its volume, or export the clip and play it elsewhere.
play-not-built = This loa was built without sound output. Write the clip into a file with `loa clip export { $clip } clip.opus`, and open that in any player or browser.
speech-text = The text is empty or too long. Give 1 to { $max } characters.
speech-language = "{ $lang }" is not a language code. Write one that the speech program knows, for example vi or en.
speech-not-installed = The speech program { $program } is not installed on the controller's machine. Install it (on Debian: sudo apt install { $program }), or name another one under [speech] in loa.toml.
speech-failed = The speech program { $program } could not read the text aloud: { $problem }. Check the language (--lang) and [speech] in loa.toml.
speech-declined = Nothing was announced. The clip { $clip } stays in the library; remove it with `loa clip remove { $clip }`.
speech-unconfirmed = Nothing was announced, because nobody could be asked whether it sounds right. Listen to the clip { $clip }, then announce it with --clip { $clip }, or give --yes.
clip-mismatch = A clip was changed on its way: { $problem }. Try again.
clip-out-of-range = A clip in the store is shorter than it should be: { $problem }. Announce the file again.
clip-not-written = The clip could not be stored: { $problem }. Check the controller's disk and its folder's permissions.
clip-not-read = A clip could not be read from the store: { $problem }. Check the controller's disk.
another-controller = Nothing was changed: the controller on “{ $host }” speaks for this site, and this one has given way to it. Give your command there; or start this one with: loa serve --take-over
second-controller = A second controller of this site runs on “{ $host }”. It has given way: only this one speaks. End the other one.
other-controller-speaks = The controller on “{ $host }” speaks for this site; this one has given way and sends nothing. End this one; or, if it is to speak, start it with: loa serve --take-over
other-controller-gone = This controller has given way to the one on “{ $host }”, which was last heard at { $heard_at }: perhaps nobody speaks for this site. Look after that one; or start this one again with: loa serve
clock-before-build = This machine's clock shows { $shown_at }, when this program did not exist yet. Programmes wait; emergencies go out. Set the clock.
clock-before-journal = This machine's clock shows { $shown_at }, but the controller has worked until { $now_at }. Programmes wait; emergencies go out. Set the clock; or, if it is right: loa clock accept
clock-clusters = This machine's clock shows { $shown_at }, but the loudspeakers' clocks show { $now_at }. Programmes wait; emergencies go out. Set the clock; or, if it is right: loa clock accept
clock-jumped = This machine's clock was set to { $shown_at }; the controller still goes by { $now_at }. Programmes wait; emergencies go out. Set the clock back; or, if it is right: loa clock accept
disk-full = The controller's disk is full: nothing new can be written down or announced. Free some space and try again.
upload-too-large = The sound file is larger than { $max_gib } GiB. Split it into parts.
clip-lost = The sound “{ $clip }” is damaged or gone, and could not be made again from its recording.{ $n ->
    [0] {""}
    [one] {" "}One announcement or programme needs it, and cannot be sent to loudspeakers that lack it.
   *[other] {" "}{ $n } announcements and programmes need it, and cannot be sent to loudspeakers that lack it.
  } Add it again: loa clip add
journal-unsafe-library = The journal cannot be used safely: { $problem }. Install a newer Loa.
journal-not-opened = The journal cannot be opened: { $problem }. Check the data folder and its permissions.
journal-in-use = The journal is in use: { $problem }. Another controller runs on this folder; stop it first.
journal-not-locked = The journal cannot be locked: { $problem }. Put the data folder on a local disk.
journal-foreign-file = { $problem }. Choose another data folder, or move that file away.
journal-gone = The journal { $path } is gone or empty: the site has been set up, and all that it knew stood there. Restore the data folder from a backup. If there is none, begin anew with `loa serve --new`, and bring loudspeakers and programmes back with `loa site import`.
journal-there = There is a journal in { $path }. Start without --new, or move all files journal.* away first.
journal-newer-format = { $problem }. Install that version of Loa or a newer one.
journal-damaged = { $problem }. Stop the controller, keep a copy of the data folder, and restore the last backup.
journal-tampered = { $problem }. Stop the controller, keep a copy of the data folder, and tell the vendor.
journal-archive-missing = An old part of the journal is not there: { $problem }. Put that file back from the last backup: without it, older entries cannot be read.
journal-entry-unreadable = Entry { $entry } of the journal cannot be read: { $problem }. Use the version of Loa that wrote it, or a newer one.
journal-not-written = The controller could not write it down: { $problem }. Nothing was announced. Check its disk and try again.
journal-not-read = The journal could not be read: { $problem }. Check the controller's disk.
journal-thread = The journal stopped working: { $problem }. Restart the controller.
journal-out-of-step = The journal holds other entries than this controller knows of: { $problem }. The controller reads it again by itself; if this comes back, look for a second controller on this folder.
journal-queue-full = The controller has more to write down than its disk can take: { $problem }. Try again in a minute.
journal-suspended = The controller cannot write things down at the moment: { $problem }. It tries again by itself; check its disk.
journal-closed = The controller is stopping: { $problem }. Start it again with `loa serve`.

# Starting a controller
data-folder-not-created = The data folder { $path } cannot be created: { $problem }. Choose another with --data, or correct the permissions.
data-folder-not-a-folder = { $path } is not a folder. Choose another with --data.
data-folder-not-writable = Nothing can be written in the data folder { $path }: { $problem }. Run as the user who owns it, or choose another with --data.
data-folder-in-use = Another controller{ $pid ->
    [none] {""}
   *[other] {" "}(process { $pid })
  } is using the data folder { $path }. Stop it first, or choose another folder with --data.
data-folder-not-locked = The data folder { $path } cannot be locked: { $problem }. Put it on a local disk.
config-no-site = There is no site in { $path } yet. Make one with `loa init`, or name the right folder with --data.
config-site-exists = There is a site in { $path } already. Nothing was changed. Choose another folder with --data for a new site.
config-wrong = { $path } has a mistake: { $problem }. Correct it and start again.
site-file-wrong = The site file has a mistake: { $problem }. Correct it and try again.
site-key-damaged = { $path } is damaged, or not a site key. Restore it from a backup: clusters obey no other key.
file-trouble = { $path } cannot be read or written: { $problem }. Check the name and the permissions.
file-not-text = { $path } is not a text in UTF-8. In the editor, choose "Save as" with the encoding UTF-8.
broker-not-built = This loa was built without a broker of its own. Name one under [broker] external in loa.toml, or use the full build.
broker-port-taken = The broker's address { $address } is taken by another program. Stop that program, or choose another port under [broker] listen in loa.toml.
broker-port-forbidden = You may not open the broker's address { $address }. Choose a port above 1023 under [broker] listen in loa.toml.
broker-not-listening = The broker cannot listen on { $address }: { $problem }. Correct [broker] listen in loa.toml.
threads-refused = The controller could not be started: { $problem }. Close other programs and try again.
broker-threads = The broker could not be started: { $problem }. Close other programs and try again.
api-port-taken = The address { $address } is taken by another program. Stop that program, or choose another under [http] listen in loa.toml.
api-not-listening = The controller cannot listen on { $address }: { $problem }. Correct [http] listen in loa.toml, or use a data folder with a shorter path.
internal = Something inside Loa broke: { $problem }. Try again; if it happens again, tell the vendor.

# Speaking with the controller
controller-not-running = The controller is not running: nobody answers at { $address }. Start it with `loa serve`, or say where it is with --data, --socket or --url.
controller-forbidden = You may not use the controller's socket { $address }. Run this as the user who runs the controller.
controller-no-answer = The controller at { $address } does not answer: { $problem }. Wait a minute and try again; if it stays so, restart it.
controller-strange-answer = The answer from { $address } cannot be understood: { $problem }. Check that it is a Loa controller of the same version ({ $version }).
controller-cut = The connection to the controller was cut: { $problem }. See `loa status` for what came of it, then try again.
url-wrong = { $url } is not an address of a controller. Write http://HOST:PORT.
identities-only-local = Keys are given out only on the controller's own machine. Run this there, without --url.
output-exists = { $path } exists already and was not changed. Choose another name, or move that file away.
another-site = The file is of the site "{ $site }", this controller is that of "{ $ours }". Check the file, or the id in it.

# The command line
usage-argument-unknown = There is no option { $arg } here.{ $nearest ->
    [none] {""}
   *[other] {" "}Did you mean { $nearest }?
  } See `{ $help } --help`.
usage-word-too-many = The word "{ $word }" is one too many. Put words that belong together in quotes, as in --title "two words"; see `{ $help } --help`.
usage-verb-unknown = There is no command { $verb }.{ $nearest ->
    [none] {""}
   *[other] {" "}Did you mean { $nearest }?
  } See `{ $help } --help`.
usage-verb-missing = Write one of these behind `{ $help }`: { $verbs }.
usage-missing = This is missing: { $arg }. See `{ $help } --help`.
usage-conflict = { $arg } and { $other } exclude each other. Leave one of them out; see `{ $help } --help`.
usage-twice = { $arg } stands there more than once. Keep one; see `{ $help } --help`.
usage-value-missing = { $arg } needs a value.
usage-value-of = { $arg } does not take { $value }. Write one of: { $values }.
usage-value = { $arg } does not take "{ $value }": { $problem }
usage-problem = { $problem }.
usage-range = it has to be { $min } to { $max }.
usage-other = { $problem }. See `{ $help } --help`.
usage-lang = There is no output in "{ $lang }". Write --lang en or --lang vi.
value-target-empty = a target is empty. Write for example all, or the id of a loudspeaker.
value-title-empty = a title has at least one letter.
value-ceiling = write hours and a volume from 1 to 100, as in 05:00-06:00=50, or off.
value-past = neither a day (2026-11-24, yesterday) nor so long ago (12h, 3d)
