# The log: what stands in the journal. Who caused it is shown beside the sentence.

log-started = The controller started
log-surpassed = The controller goes on from an older copy of its journal
log-clock-set = The clock was set; until now it was { $before_at }
log-settings-changed = Site settings changed
log-site-changed = Site changed: { $changed } loudspeakers added or changed, { $removed } removed
log-clusters-added = Loudspeakers added or changed ({ $n }): { $clusters }
log-cluster-removed = Loudspeaker { $cluster } removed
log-announced-now = { $class ->
    [emergency] EMERGENCY “{ $title }” ({ $job }): now, on { $n ->
        [one] { $n } loudspeaker
       *[other] { $n } loudspeakers
      }
    [priority] “{ $title }” ({ $job }), priority: now, on { $n ->
        [one] { $n } loudspeaker
       *[other] { $n } loudspeakers
      }
   *[other] “{ $title }” ({ $job }): now, on { $n ->
        [one] { $n } loudspeaker
       *[other] { $n } loudspeakers
      }
  }
log-announced-at = { $class ->
    [emergency] EMERGENCY “{ $title }” ({ $job }): for { $play_at }, on { $n ->
        [one] { $n } loudspeaker
       *[other] { $n } loudspeakers
      }
    [priority] “{ $title }” ({ $job }), priority: for { $play_at }, on { $n ->
        [one] { $n } loudspeaker
       *[other] { $n } loudspeakers
      }
   *[other] “{ $title }” ({ $job }): for { $play_at }, on { $n ->
        [one] { $n } loudspeaker
       *[other] { $n } loudspeakers
      }
  }
log-programme-ready = “{ $title }” ({ $job }) planned: { $play_at }, on { $n ->
    [one] { $n } loudspeaker
   *[other] { $n } loudspeakers
  }
log-job-sent = { $title ->
    [none] { $job } sent
   *[other] “{ $title }” ({ $job }) sent
  }
log-job-stopped = { $title ->
    [none] Announcement { $job } STOPPED
   *[other] “{ $title }” ({ $job }) STOPPED
  }
log-acked = { $stage ->
    [received] Holds
    [ready] Is ready to play
    [started] Plays
    [finished] Has finished
    [silent] Played, but WITHOUT SOUND:
    [failed] COULD NOT PLAY
    [preempted] Was interrupted while it played
    [skipped] Left out
    [expired] Was TOO LATE to play
   *[other] Says ({ $stage }):
  } { $title ->
    [none] { $job }
   *[other] “{ $title }” ({ $job })
  }
log-acked-many = Reports on { $n } announcements
log-lapsed = { $title ->
    [none] { $job }
   *[other] “{ $title }” ({ $job })
  }: NOT PLAYED on { $n }: { $clusters }
log-lapsed-unconfirmed = { $title ->
    [none] { $job }
   *[other] “{ $title }” ({ $job })
  }: over; unconfirmed or ended on { $n }
log-booted = Restarted, its program: { $firmware }
log-other-protocol = Speaks version { $version } of the protocol, which this Loa does not know
log-faults = DOWN ({ $n }): { $clusters }
log-faults-over = Well again ({ $n }): { $clusters }
log-faults-both = DOWN: { $clusters }; well again: { $well }
log-programmes-changed = Programmes added or changed: { $programmes }
log-programmes-removed = Programmes removed: { $programmes }
log-programmes-both = Programmes added or changed: { $programmes }; removed: { $removed }
log-days-changed = Sets of days changed
log-clip-added = Clip “{ $clip }” added
log-clip-replaced = Programmes play the newer clip “{ $clip }”: { $programmes }
log-clip-title-removed = Clip title “{ $clip }” removed; the clip has other titles
log-clip-removed = Clip “{ $clip }” removed
log-skipped = Programme { $id } left out { $n ->
    [one] once
   *[other] { $n } times
  }, the first time { $first_at }
log-forgotten = { $n ->
    [one] { $n } old announcement
   *[other] { $n } old announcements
  } left the controller’s memory; this log keeps all

# Who
by-schedule = schedule
by-controller = controller
by-remote = network { $address }

# loa log
log-empty = Nothing of the kind in the journal.
log-more = There is more. Older entries: `loa log --before { $before }`, or narrow it down: `loa log --help`.
log-away = The controller does not answer; trying again ...
