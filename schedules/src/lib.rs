//! When: recurrence as pure functions of rules and wall time.
