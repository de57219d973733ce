# Schedules: what is wrong with one, what it means for the days to come, and what the command says of it.

# A schedule file
file-syntax = This is not TOML: { $kind ->
   *[other] { $problem }
  }. Check quotes, brackets and commas.
file-curly-quotes = Write straight quotes (") and not curly ones (“ ”). Word processors make them: use a plain text editor such as Notepad.
file-too-long = The file is larger than { $max } MB. Split it.
file-field-unknown = There is no field "{ $field }" here. { $nearest ->
    [none] The fields are { $fields }.
   *[other] Did you mean { $nearest }?
  }
file-kind = { $field } has to be { $kind ->
    [text] a text in quotes
    [texts] a list of texts, as in ["a", "b"]
    [number] a whole number
    [flag] true or false
    [list] a list, as in ["a", "b"]
   *[table] a table
  }, not { $found }.
file-missing = { $field } is missing. Write for example: { $example }
file-empty = { $field } is empty. Write something, or leave it out.
file-both = { $field } and { $other } exclude each other. Keep one of them.
file-no-time = The programme has no time. Write at = ["05:30"], cron = "0 17 * * *" or once = "2026-12-01 17:00".
file-number = { $field } has to be { $min } to { $max }, not { $value }.
file-too-many = { $field } is too long: { $max } is the most. Shorten or split it.
file-word = { $field }: "{ $text }" is not known. Write one of { $words }.{ $nearest ->
    [none] {""}
   *[other] {" "}Did you mean { $nearest }?
  }
file-name = "{ $text }" is no id. It has 1 to 32 of a-z, 0-9 and "-", and begins with a letter, as in ban-tin-sang.
file-double = There is a programme { $id } in line { $line } already. Give this one another id.
file-ordered-twice = { $id } stands in the order already. Keep one of them.
file-brackets = Write [[{ $field }]] with two brackets on each side: there may be several.
file-double-variant = The language { $language } stands twice in one item. Keep one of them.
file-set-name = "{ $text }" picks days already. Give the set of days another name, as in nghi-tet.
file-set-unknown = "{ $text }" picks no days, and no set of days has that name.{ $nearest ->
    [none] {""}
   *[other] {" "}Did you mean { $nearest }?
  } Write for example "mon-fri", "lunar 15" or "2/9", or define [day_set.{ $text }].
file-moment = "{ $text }" is no date and time. Write for example "2026-12-01 17:00".
file-between = "{ $text }" is no range of dates. Write for example "2026-09-05..2027-05-31".
days-unreadable = "{ $text }" picks no days. Write for example "daily", "mon-fri", "last fri", "day 15", "lunar 15", "2/9" or "2026-09-02".
days-no-such-date = There is no date "{ $text }" in the calendar. Correct the day or the month.
days-no-such-lunar-date = There is no lunar date "{ $text }". Lunar months are 1 to 12 and their days 1 to 30, as in "lunar 15/7".
days-backwards = "{ $text }" ends before it begins. Swap the two.
days-step = "{ $text }": a step is 1 to 366 days, as in "every 3 days from 2026-12-01".
time-unreadable = "{ $text }" is not a time of day. Write hours and minutes, for example "05:00" or "17:30".
hours-unreadable = "{ $text }" is not a span of the day. Write for example "21:00-05:00".
hours-empty = "{ $text }" is empty: it ends when it begins. Give it another end.
busy-unknown = "{ $text }" is not known. Write "at once", "next" or "wait 10m" (1 to 1440 minutes).
interrupted-unknown = "{ $text }" is not known. Write "resume", "restart" or "drop".
missed-unknown = "{ $text }" is not known. Write "skip" or, for example, "late-until 07:30".
language-unknown = "{ $text }" is not a language code. Write for example "vi" for Vietnamese or "hmn" for H'Mông.

# What the controller refuses
unknown-programme = There is no programme { $id }.{ $nearest ->
    [none] {" "}See `loa schedule list`.
   *[other] {" "}Did you mean { $nearest }?
  }
unknown-day-set = There is no set of days { $set }.{ $nearest ->
    [none] {" "}Define it in the file, as [day_set.{ $set }].
   *[other] {" "}Did you mean { $nearest }?
  }
schedule-refused = The schedule was not changed: { $count ->
    [one] one thing in it is wrong.
   *[other] { $count } things in it are wrong.
  }
schedule-all-gone = The file has no programme: with --replace, every programme would go. Check the file; to remove one programme, use `loa schedule remove`.
rail-quiet-hours = { $programme ->
    [none] {""}
   *[other] { $programme }:{" "}
  }Rule “quiet hours”: nothing is to be heard in { $hours }, but this would be ({ $start_at }).{ $reason ->
    [none] {" "}Choose another time, or pass the rule with --override "reason".
   *[other] {" "}It plays all the same, for this reason: { $reason }
  }
rail-minutes-per-day = { $programme ->
    [none] {""}
   *[other] { $programme }:{" "}
  }Rule “minutes per day”: the loudspeaker { $cluster } would play { $minutes } minutes on that day, { $max } are allowed ({ $start_at }).{ $reason ->
    [none] {" "}Shorten or move it, or pass the rule with --override "reason".
   *[other] {" "}It plays all the same, for this reason: { $reason }
  }
rail-volume-ceiling = { $programme ->
    [none] {""}
   *[other] { $programme }:{" "}
  }Rule “volume ceiling”: { $ceiling } % is the loudest at that hour, not { $volume } % ({ $start_at }).{ $reason ->
    [none] {" "}Lower the volume, or pass the rule with --override "reason".
   *[other] {" "}It plays all the same, for this reason: { $reason }
  }

# Two programmes that meet
outcome-waits = { $second } waits for { $first }, and begins { $wait_ms } late.
outcome-dropped = { $second } finds { $first } playing and is not played: it would have to wait { $wait_ms } in all, which is longer than it may.
outcome-interrupts-drop = { $second } interrupts { $first }, which ends there.
outcome-interrupts-resume = { $second } interrupts { $first }, which then goes on from where it was.
outcome-interrupts-restart = { $second } interrupts { $first }, which then begins again.

# Languages that are not there
gap-missing = { $programme ->
    [none] {""}
   *[other] { $programme }:{" "}
  }Item { $item } has no { $language } version: { $count ->
    [one] one loudspeaker hears
   *[other] { $count } loudspeakers hear
  } it in their other languages only ({ $clusters }).
gap-fallback = { $programme ->
    [none] {""}
   *[other] { $programme }:{" "}
  }Item { $item } has no { $language } version: { $count ->
    [one] one loudspeaker hears
   *[other] { $count } loudspeakers hear
  } the { $fallback } one instead ({ $clusters }).

# Why something was left out
skip-not-running = the controller was not running at that time
skip-superseded = several were missed, and only the last one was played
skip-called-off = staff called it off
skip-no-room = its loudspeakers had as many programmes ahead as they can hold; plan fewer, or set fewer hours with `loa site set --agenda-hours`
skip-too-many-clips = on a loudspeaker with several languages it would be more sounds than one programme can have; split it
skip-no-clusters = none of its loudspeakers is there any more

# Why a loudspeaker will not be ready
late-link = its link is too slow: the sound arrives too late
late-unreachable = no message from it; check its power and its network
late-clip-lost = the controller has lost the sound; see `loa health`
late-failed = it could not take the sound; see `loa status`
late-unknown = its link has not been measured yet

# loa schedule: words
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
moment = { $date } { $time }
date = { $year }-{ $month }-{ $day }
day-daily = every day
day-nth = { $n ->
    [1] 1st
    [2] 2nd
    [3] 3rd
   *[other] { $n }th
  } { $weekday } of the month
day-last-weekday = last { $weekday } of the month
day-of-month = day { $days } of the month
day-last = last day of the month
day-every = every { $n ->
    [1] day
   *[other] { $n } days
  } from { $date }
day-lunar = lunar day { $n }
day-lunar-last = last day of the lunar month
day-lunar-date = lunar { $date }
day-lunar-leap = lunar { $date } of a leap month
day-lunar-range = lunar { $from } – { $to }
column-items = PLAYS
column-between = BETWEEN
column-except = EXCEPT
column-volume = VOLUME
column-busy = IF BUSY
column-interrupted = IF INTERRUPTED
column-missed = IF MISSED
column-override = PASSES RULES
column-agenda = AGENDA
column-clips = SOUND
column-ready = READY AT
column-count = TIMES
column-clusters = LOUDSPEAKERS
busy-at-once = interrupts it at once
busy-next = plays next, before all that waits
busy-wait = waits { $minutes } min at the most
interrupted-resume = goes on from where it was
interrupted-restart = begins again
interrupted-drop = is over
missed-skip = left out
missed-late-until = played late, until { $time }
programme-on = on
programme-paused = paused
programme-order = { $state } (order { $n })
programme-over = over
site-default = the site's: { $value }
day-exceptional = exception
except-silent = silent
more-days = { $some } and { $n } more days
and-more = { $some } and { $n } more

# loa schedule add, edit, remove, pause, resume, order
schedule-added = The programme { $programme } is added. See the week: `loa schedule preview`
schedule-changed = The programme { $programme } is changed. See the week: `loa schedule preview`
schedule-unchanged = Nothing was changed: the programme { $programme } is like that already.
schedule-untouched = Nothing was changed.
schedule-next = It plays next { $next_at }.
schedule-removed = The programme { $programme } is removed.{ $n ->
    [0] {""}
    [one] {" "}One broadcast that was planned will not be played.
   *[other] {" "}{ $n } broadcasts that were planned will not be played.
  }
schedule-paused = The programme { $programme } rests until `loa schedule resume { $programme }`.
schedule-resumed = The programme { $programme } plays again.
schedule-ordered = When several wait, they go in this order: { $programmes }.
schedule-unordered = No programme goes first any more: of those that wait, the one that was to start first plays first.
schedule-edit-again = Correct it now? [y/N]
schedule-draft-kept = Your text is kept in { $path }. Correct it there, then `loa schedule import { $path }`.
editor-failed = The editor { $program } did not work: { $problem }. Set EDITOR to another one, or change the programme with options; see `loa schedule edit --help`.
edit-loses-days = Programme { $id } plays by { $field } = "{ $rule }"; with --at alone it would play every day. Move it with --{ $field }, or say its days as well, for example --on daily.
edit-other-programme = The text has to stay the one programme { $id }. To rename it, add the new one and remove { $id }; to change several, use `loa schedule import`.

# loa schedule import, export
schedule-imported = Done: { $added } added, { $changed } changed, { $removed } removed, { $unchanged } as before.
schedule-written = The schedule is in { $path }.
calendar-written = { $n ->
    [one] One broadcast is
   *[other] { $n } broadcasts are
  } in { $path }. Open it on a phone, or add it to any calendar.
calendar-clusters = { $n ->
    [one] One loudspeaker
   *[other] { $n } loudspeakers
  }
calendar-volume = Volume { $n } %

# loa schedule check
check-refused = { $count ->
    [one] One thing is wrong.
   *[other] { $count } things are wrong.
  } Correct the lines above, and check again.
check-never-again = The programme { $id } never plays again. Give it a later date, or remove it.
check-quiet-hours = The programme { $id } would begin in the quiet hours { $hours } ({ $start_at }), and the controller would leave it out. Choose another time; if it is meant to be so, check with --quiet-hours off and import with --override "reason".
check-double = There is a programme { $id } in { $file }, line { $line }, too. Give one of them another id.
check-file = { $file }: { $programmes ->
    [0] no programmes
    [one] one programme
   *[other] { $programmes } programmes
  }, { $sets ->
    [0] no sets of days
    [one] one set of days
   *[other] { $sets } sets of days
  }.

# loa schedule list, show, next, readiness, preview
schedule-none = No programmes yet. Add one with `loa schedule add`.
next-none = Nothing is planned for the next month. See `loa schedule list`.
coming-head = Coming up
skips-head = Left out lately
skips-of-programme = Left out
collisions-head = Collisions
notes-head = Notes
collision-line = { $days }, { $time }: “{ $first }” and “{ $second }” meet for { $length_ms } on { $count ->
    [one] one loudspeaker
   *[other] { $count } loudspeakers
  } ({ $clusters }). { $outcome }
readiness-none = No broadcast is ahead.
readiness-good = { $total ->
    [one] The broadcast ahead will be ready in time, as far as is known.
   *[other] All { $total } broadcasts ahead will be ready in time, as far as is known.
  }
readiness-bad = { $n } of { $total } broadcasts ahead will not be ready everywhere in time.
readiness-late = Will be late (“{ $title }”)
readiness-unknown = “{ $title }”: of { $n ->
    [one] one loudspeaker
   *[other] { $n } loudspeakers
  } nobody can say it yet ({ $clusters }).
preview-all = All loudspeakers, { $from } to { $to }
preview-cluster = The loudspeaker { $cluster }, { $from } to { $to }
too-much-asked = There are more than { $most } broadcasts in that time: too many to look through at once. Ask for fewer days.
preview-none = Nothing is planned in these days.
preview-lunar = lunar
grid-day = { $weekday } { $month }-{ $day }
grid-lunar-leap = { $date } leap
mark-priority = priority
mark-exceptional = a day of an exception
mark-by-hand = announced by hand
mark-left-out = left out, at least in part: it breaks a rule of the site
mark-passes = passes a rule of the site, for a reason
mark-collision = meets something else
note-times = { $text } ({ $n } times in these days)
