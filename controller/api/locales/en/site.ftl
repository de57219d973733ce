# The site as a whole: its settings, and what a site file changes.

site-written = The site is in { $path }.
site-set = Changed:
site-as-before = Nothing is to be changed: all of this is so already.
site-losses = Will not be heard as planned (choose other times, or let a programme pass with `loa schedule edit ID --override "reason"`)
site-homeless = { $programme }: none of its loudspeakers is left. Change its targets with `loa schedule edit { $programme } --to …`, or remove it.
site-settings-to-change = Settings to be changed ({ $n }): { $names }
site-imported = Done: { $settings } settings changed; loudspeakers: { $added } added, { $changed } changed, { $removed } removed.
site-off = off
column-site = SITE
column-timezone = TIME ZONE
column-heartbeat_s = REPORTS EVERY
column-volume_emergency = VOLUME OF EMERGENCIES
column-quiet_hours = QUIET HOURS
column-minutes_per_day_max = AT MOST A DAY
column-volume_ceilings = VOLUME AT MOST
column-agenda_hours = HELD AHEAD
column-languages = LANGUAGES
column-clip_loudness_lufs = LOUDNESS OF CLIPS
column-clip_kbps = BIT RATE OF CLIPS
column-clip_minutes_max = LONGEST CLIP
column-keep_years = JOURNAL HOLDS
site-years = { $n ->
    [one] { $n } year, older entries go to its archive
   *[other] { $n } years, older entries go to its archive
  }
