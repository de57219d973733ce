# Single words and short forms, for tables and lists.

state-queued = queued
state-sent = sent, no answer yet
state-received = fetching
state-ready = ready
state-playing = playing
state-suspended = interrupted, goes on
state-played = played
state-silent = silent
state-missed = missed
state-failed = failed
state-preempted = interrupted
state-skipped = skipped
state-cancelled = cancelled
state-unconfirmed = unconfirmed

class-routine = routine
class-priority = priority
class-emergency = EMERGENCY

kind-smart = smart
kind-gateway = gateway
kind-wireless = wireless

health-up = up
health-down = DOWN
health-waiting = not heard yet
health-unconfirmed = unconfirmed

fault-name-unreachable = unreachable
fault-name-silent = silent
fault-name-protocol = other protocol
fault-name-gateway-down = gateway down
fault-name-storage = storage

duration-days = { $n } d
duration-hours = { $n } h
duration-minutes = { $n } min
duration-seconds = { $n } s
duration-milliseconds = { $n } ms

time-now = at once
time-ago = { $moment } ({ $duration } ago)

evidence-heard = sound measured
evidence-absent = no sound measured
evidence-unmeasured = no sensor
evidence-level = { $n } dBFS
evidence-amplifier = { $n } mA
evidence-microphone = { $n } dB(A)
evidence-passes = { $n ->
    [one] { $n } time
   *[other] { $n } times
  }

yes = yes
no = no

origin-file = a sound file
origin-speech = read aloud
origin-built-in = Loa itself
character-voice = voice
character-music = music
condition-intact = intact
condition-repaired = was damaged, made again
condition-damaged = DAMAGED
