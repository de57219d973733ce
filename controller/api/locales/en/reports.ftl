# What the `loa` command says when all is well, or shows how things are.

error = Error:

# Headings of tables
column-cluster = LOUDSPEAKER
column-name = NAME
column-village = VILLAGE
column-kind = KIND
column-uplink = UPLINK
column-gateway = GATEWAY
column-zone = ZONE
column-health = HEALTH
column-fault = FAULT
column-heard = LAST HEARD
column-played = LAST PLAYED
column-playing = PLAYING NOW
column-firmware = FIRMWARE
column-clock = CLOCK ERROR
column-up-to-date = UP TO DATE
column-running = RUNNING FOR
column-link = LINK SPEED
column-missing = CLIPS MISSING
column-storage = STORAGE
column-holds = HOLDS
column-acks-waiting = REPORTS WAITING
column-ignored = MESSAGES IGNORED
device-storage = { $free } free of { $all }
device-holds = { $jobs } announcements of at most { $clips } clips
column-state = STATE
column-since = SINCE
column-started = STARTED
column-why = WHY
column-evidence = MEASURED
column-job = ID
column-when = WHEN
column-class = CLASS
column-title = TITLE
column-other-titles = ALSO CALLED
column-outcome = OUTCOME
column-programme = PROGRAMME
column-next = NEXT
column-cron = RULE
column-targets = TARGETS
column-length = LENGTH
column-size = SIZE
column-origin = FROM
column-added = ADDED
column-in-use = IN USE
column-bitrate = BIT RATE
column-character = KIND OF SOUND
column-before = RECORDING
column-after = CLIP
column-recording = RECORDING KEPT
column-used-by = NEEDED BY
column-condition = FILE

# loa status
status-site = { $name } ({ $site }): controller { $version }, running since { $since_at } ({ $uptime_ms })
status-broker-own = Broker: its own, at { $address }
status-broker-external = Broker: { $address }, connected since { $since_at }
status-broker-away = The broker { $address } is away since { $since_at }{ $why ->
    [none] {""}
   *[other] {" "}({ $why })
  }. Announcements are accepted and go out when it is back.
status-clusters = Loudspeakers: { $n } ({ $counts })
status-clusters-down = Loudspeakers: { $n } ({ $counts }); see `loa health`
clock-accepted = The controller goes by this machine's clock from now on.
own-fault = Since { $since }: { $why }
status-ignored = Messages ignored since the start: { $n } ({ $reasons })
rejected-too-long = too long
rejected-malformed = malformed
rejected-wrong-topic = wrong topic
rejected-unknown-key = unknown key
rejected-wrong-signature = wrong signature
rejected-for-another-site = for another site
rejected-for-another-cluster = for another loudspeaker
rejected-outside-its-validity = outside its validity
rejected-replayed = replayed
rejected-not-asked-for = not asked for
status-no-jobs = No announcement yet. Make one with `loa announce FILE --to all`.
clusters-none = No loudspeakers yet. Add them with `loa cluster add`.

# loa status JOB
job-head = “{ $title }” ({ $job }): { $class }, volume { $volume } %, { $length_ms }
job-now = Made { $created_at }, to be played at once.
job-at = To be played { $play_at }; made { $created_at }.
job-programme = From the programme { $programme }.
job-made-by = Announced by { $by }.
job-repeats = Repeats until { $until_at }.
job-stopped = Stopped by staff { $stopped_at }.
job-stopped-by = Stopped by { $by } at { $stopped_at }.
job-problems = { $n } of { $total } loudspeakers did not play it.
job-under-way = { $n } of { $total } loudspeakers { $n ->
    [one] is
   *[other] are
  } not through with it yet.
job-played = { $n } of { $total } loudspeakers played it.
job-unconfirmed = { $n } of { $total } loudspeakers { $n ->
    [one] is
   *[other] are
  } unconfirmed: sent by FM, and nobody can answer.
group-problems = Did not play ({ $n })
group-under-way = Under way ({ $n })
group-unconfirmed = Unconfirmed ({ $n })
group-played = Played ({ $n })
group-gateways = FM gateways ({ $n })

# loa health
health-some-down = { $down } of { $total } loudspeakers { $down ->
    [one] is
   *[other] are
  } down.
health-gateway-down = No loudspeaker is down, but a gateway is.
health-none-down = No loudspeaker is down: { $up } of { $total } are up.
health-worn = { $n ->
    [one] One loudspeaker plays
   *[other] { $n } loudspeakers play
  }, but somebody has to look at { $n ->
    [one] it
   *[other] them
  }.
health-nobody-heard = No loudspeaker has been heard yet.
health-no-clusters = No loudspeakers yet. Add them with `loa cluster add`.
health-broker-away = The broker is away: nothing can be heard from loudspeakers now, and what follows is what was known before. See `loa status`.
health-waiting-count = { $n } not heard yet since the controller was started.
health-unconfirmed-count = { $n ->
    [one] One wireless loudspeaker is
   *[other] { $n } wireless loudspeakers are
  } unconfirmed: FM is one-way, and nobody can answer.

# loa cluster
cluster-added = The loudspeaker { $cluster } is added. Next: `loa cluster identity { $cluster }`, for the technician who installs it.
cluster-added-wireless = The loudspeaker { $cluster } is added, behind the gateway { $gateway }.
cluster-removed = The loudspeaker { $cluster } is removed. It gets no more announcements.
identity-written = The keys of { $n ->
    [one] one device are
   *[other] { $n } devices are
  } in { $path }. Give them to nobody but the technician, and delete the file after.
identity-none = None of these loudspeakers has a device of its own: wireless ones are reached by their gateway.

# loa announce, loa emergency
upload-sending = Sending { $file } to the controller
upload-preparing = Preparing the sound
announced-now = Announced “{ $title }” to { $clusters ->
    [one] one loudspeaker
   *[other] { $clusters } loudspeakers
  } ({ $length_ms }). What becomes of it: `loa status { $job }`
announced-at = “{ $title }” plays { $play_at } on { $clusters ->
    [one] one loudspeaker
   *[other] { $clusters } loudspeakers
  } ({ $length_ms }). Call it off: `loa cancel { $job }`
announced-programme = The programme { $programme } plays “{ $title }” next { $next_at } ({ $length_ms }). Call it off: `loa cancel { $programme }`
announced-emergency = EMERGENCY “{ $title }” goes to { $clusters ->
    [one] one loudspeaker
   *[other] { $clusters } loudspeakers
  } and repeats for { $repeat_ms }. End it: `loa stop { $job }`
warning = Note: { $text }

# loa clip
clip-replaces = “{ $title }” is played from now on by: { $programmes }.
clip-replaces-nothing = No programme plays another clip called “{ $title }”.
clip-had-other-titles = Note: the same sound was there already, as “{ $titles }”. It is called “{ $title }” now; the other titles still name it.
clip-older-plays = Note: these programmes go on with an older clip called “{ $title }”: { $programmes }. To give them this one: `loa clip replace "{ $title }"`
clip-made = The clip “{ $title }” ({ $clip }) is ready: { $length_ms }. Listen to it: `loa clip play { $clip }`. Announce it: `loa announce --clip { $clip } --to TARGETS`
clip-exported = The clip is in { $path }. Any player or browser plays it.
clip-removed = The clip “{ $title }” is removed.
clip-title-removed = The title “{ $title }” is removed. The clip has other titles, and stays.
clip-drawn = The waveform is in { $path }.
clip-plays = Playing “{ $title }” ({ $length_ms })
clip-damaged-for-good = The file of this clip is damaged and cannot be made again: its recording is not kept. Add the recording again.
clips-none = No clips yet. Make one with `loa clip add FILE`.
speech-listen = The text was read aloud: clip { $clip }, { $length_ms }. Listen to it now: `loa clip play { $clip }`
speech-confirm = Does it sound right? Announce it? [y/N]

# Progress
phase-waiting = not reached yet
phase-fetching = fetching the sound
phase-ready = ready
phase-playing = playing
phase-done = done
progress-line = not reached yet { $waiting }, fetching { $fetching }, ready { $ready }, playing { $playing }, done { $done } of { $total }
progress-deadline = what is not reached by { $start_by } counts as missed
wait-starts = It starts { $play_at }; Ctrl-C leaves it as it is planned.
wait-controller-away = The controller does not answer; the loudspeakers go on by themselves. Trying again ...
wait-interrupted = No longer watching. The announcement goes on: `loa status { $job }` shows it, `loa stop { $job }` ends it.

# loa stop, loa cancel
stopped = { $n ->
    [0] Nothing had to be ended.
    [one] One announcement is ended: { $jobs }.
   *[other] { $n } announcements are ended: { $jobs }.
  }
cancelled = { $n ->
    [0] { $job } is called off.
    [one] { $job } is called off: one announcement will not be played.
   *[other] { $job } is called off: { $n } announcements will not be played.
  }

# loa init, loa serve
init-done = The site { $name } ({ $site }) is made in { $path }, with { $clusters ->
    [0] no loudspeakers yet
    [one] one loudspeaker
   *[other] { $clusters } loudspeakers
  }.
init-next = Next: `loa serve`. Keep a copy of { $key } in a safe place: loudspeakers obey no other key.
serve-ready = The controller is running. Socket: { $socket }. Broker: { $broker }. Ctrl-C stops it.
serve-http = The API is on http://{ $address } too.
serve-stopped = The controller has stopped.

# Changes by a file, of the schedule or of the site.
trial = This was a trial: nothing was changed.
to-add = To be added ({ $n }): { $names }
to-change = To be changed ({ $n }): { $names }
to-remove = TO BE REMOVED ({ $n }): { $names }
to-stay = Left as they are ({ $n }): { $names }
import-confirm = Apply this? [y/N]
import-declined = Nothing was changed.
import-unconfirmed = Nothing was changed, because something would be changed or removed and nobody could be asked. Look at it with --dry-run, then give --yes.
