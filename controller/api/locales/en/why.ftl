# Why a delivery or a fault is what it is: `why-` and the reason's name.

why-unreachable = no message from it; check its power and its network
why-no-start = it is reachable, but never said that it started
why-no-finish = it started, but never said that it finished
why-no-sound = it played, but its own measurement found no sound; check amplifier, wiring and horn
why-stopped = stopped by staff
why-cancelled = cancelled by staff
why-higher-class = another announcement that goes first took its place
why-no-way-back = FM is one-way: transmitted, nobody can confirm it
why-gateway = its gateway: { $state ->
    [queued] not sent yet
    [sent] not reached yet
    [received] fetching
    [ready] ready
    [playing] transmitting
    [played] transmitted
    [silent] no signal measured
    [missed] did not transmit
    [failed] failed
    [suspended] interrupted, goes on
    [preempted] interrupted
    [skipped] skipped
    [cancelled] cancelled
    [unconfirmed] unconfirmed
   *[other] { $state }
  }
why-clip-missing = the sound did not reach it in time; its network is slow or was cut
why-clip-damaged = the sound arrived damaged, twice
why-storage-full = no room left in its storage
why-undecodable = it cannot decode the sound; its firmware may be old
why-sink-broken = its sound device failed; it needs a technician
why-clock-unknown = it does not know the time yet
why-busy = another announcement was playing all the while
why-restarted = it restarted while it played; check its power
why-too-many = it holds as many announcements as it can
why-unsupported = its program is too old to play this kind of announcement
why-already-played = an earlier version of this programme had already played

# Why a fault is shown.

fault-unreachable = no message from it; check its power and its network
fault-never-heard = never heard yet; check its power, its network and its identity file
fault-protocol = its program speaks version { $version } of the protocol, this controller version { $ours }; install the newer program on whichever is older
fault-storage = its memory card loses data: { $cases ->
    [one] one sound was
   *[other] { $cases } sounds were
  } found damaged within a day, and fetched again; replace the card
fault-gateway-down = the gateway in front of it, { $gateway }, is down
