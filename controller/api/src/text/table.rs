//! The table of all sentences: each code with the parameters that it has, checked by the compiler.

/// Defines the table: `Variant = "code" { parameters; parameters that may be absent }`.
macro_rules! sentences {
    ($($name:ident = $code:literal { $($param:ident),* $(; $($optional:ident),+)? },)+) => {
        /// A sentence with all that it names. [`text!`](crate::text!) makes a [`Text`](crate::Text) of it.
        #[allow(missing_docs, reason = "the catalogue has what each of them says")]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Sentence {
            $($name { $($param: String,)* $($($optional: Option<String>,)+)? },)+
        }

        /// The code of a sentence, whatever it names.
        #[allow(missing_docs, reason = "the catalogue has what each of them says")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code {
            $($name,)+
        }

        impl Code {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Stable, kebab-case: as [`Text`](crate::Text) has it.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// The parameters that it may have.
            #[must_use]
            pub const fn params(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[$(stringify!($param),)* $($(stringify!($optional),)+)?],)+
                }
            }
        }

        impl Sentence {
            /// Its code, and what is there of its parameters, by name.
            pub(super) fn into_parts(self) -> (Code, Vec<(&'static str, Option<String>)>) {
                match self {
                    $(Self::$name { $($param,)* $($($optional,)+)? } => (Code::$name, vec![
                        $((stringify!($param), Some($param)),)*
                        $($((stringify!($optional), $optional),)+)?
                    ]),)+
                }
            }
        }
    };
}

sentences! {
    // Sounds.
    AudioMissing = "audio-missing" { file },
    AudioNotAFile = "audio-not-a-file" { file },
    AudioUnreadable = "audio-unreadable" { file },
    AudioEmpty = "audio-empty" { file },
    AudioNotAudio = "audio-not-audio" { file },
    AudioNoTrack = "audio-no-track" { file },
    AudioUnsupportedCodec = "audio-unsupported-codec" { file, codec },
    AudioDamaged = "audio-damaged" { file, readable_s },
    AudioSilent = "audio-silent" { file },
    AudioTooShort = "audio-too-short" { file, duration_ms },
    AudioTooLong = "audio-too-long" { file, max_minutes },
    AudioNotWritten = "audio-not-written" { file },
    AudioNotProcessed = "audio-not-processed" { file },
    AudioSkipped = "audio-skipped" { skipped_ms },
    AudioPartial = "audio-partial" { readable_ms },
    AudioTrimmed = "audio-trimmed" { ; start_ms, end_ms },
    AudioQuiet = "audio-quiet" { loudness },
    AudioClipped = "audio-clipped" { share },
    AudioOutOfPhase = "audio-out-of-phase" {},

    // What the controller refuses.
    UnknownTargets = "unknown-targets" { targets, nearest },
    NoClusters = "no-clusters" {},
    PastTime = "past-time" { play_at, now_at },
    NeverFires = "never-fires" {},
    UnknownJob = "unknown-job" { id, nearest },
    ProgrammeWithoutJobs = "programme-without-jobs" { id },
    ProgrammeNotPlaying = "programme-not-playing" { id },
    JobOver = "job-over" { job },
    JobPlays = "job-plays" { job },
    ProgrammeExists = "programme-exists" { id },
    UnknownCluster = "unknown-cluster" { cluster, nearest },
    GatewayInUse = "gateway-in-use" { cluster },
    BadCluster = "bad-cluster" { cluster, problem },
    TooManyJobs = "too-many-jobs" { cluster },
    TooManyClipsForCluster = "too-many-clips-for-cluster" { cluster, most },
    OutOfRange = "out-of-range" { what, least, most },
    OutOfBounds = "out-of-bounds" { what },
    UnknownProgramme = "unknown-programme" { id, nearest },
    UnknownDaySet = "unknown-day-set" { set, nearest },
    ScheduleRefused = "schedule-refused" { count },
    ScheduleAllGone = "schedule-all-gone" {},
    AnotherSite = "another-site" { site, ours },
    SiteFileWrong = "site-file-wrong" { problem },
    Busy = "busy" {},
    TooMuchAsked = "too-much-asked" { most },
    BadRequest = "bad-request" { problem },
    Internal = "internal" { problem },

    // Times and rules.
    WhenUnreadable = "when-unreadable" { text },
    WhenNoSuchDate = "when-no-such-date" { text },
    WhenNoSuchTime = "when-no-such-time" { text },
    WhenPast = "when-past" { text, now, tomorrow },
    WhenTooFar = "when-too-far" { text, example },
    RuleEmpty = "rule-empty" { problem },
    RuleTooLong = "rule-too-long" { problem },
    RuleFieldCount = "rule-field-count" { problem },
    RuleShorthandUnknown = "rule-shorthand-unknown" { problem },
    RuleFieldWrong = "rule-field-wrong" { problem },
    RuleNeverFires = "rule-never-fires" { problem },
    RuleNeverAgain = "rule-never-again" { problem },
    ZoneUnknown = "zone-unknown" { name },
    DaysUnreadable = "days-unreadable" { text },
    DaysNoSuchDate = "days-no-such-date" { text },
    DaysNoSuchLunarDate = "days-no-such-lunar-date" { text },
    DaysBackwards = "days-backwards" { text },
    DaysStep = "days-step" { text },
    TimeUnreadable = "time-unreadable" { text },
    HoursUnreadable = "hours-unreadable" { text },
    HoursEmpty = "hours-empty" { text },
    BusyUnknown = "busy-unknown" { text },
    InterruptedUnknown = "interrupted-unknown" { text },
    MissedUnknown = "missed-unknown" { text },
    LanguageUnknown = "language-unknown" { text },

    // Schedule files.
    FileSyntax = "file-syntax" { kind, problem },
    FileCurlyQuotes = "file-curly-quotes" {},
    FileTooLong = "file-too-long" { max },
    FileFieldUnknown = "file-field-unknown" { field, fields ; nearest },
    FileKind = "file-kind" { field, kind, found },
    FileMissing = "file-missing" { field, example },
    FileEmpty = "file-empty" { field },
    FileBoth = "file-both" { field, other },
    FileNoTime = "file-no-time" {},
    FileNumber = "file-number" { field, value, min, max },
    FileTooMany = "file-too-many" { field, max },
    FileWord = "file-word" { field, text, words ; nearest },
    FileName = "file-name" { text },
    FileDouble = "file-double" { id, line },
    FileOrderedTwice = "file-ordered-twice" { id },
    FileBrackets = "file-brackets" { field },
    FileDoubleVariant = "file-double-variant" { language },
    FileSetName = "file-set-name" { text },
    FileSetUnknown = "file-set-unknown" { text ; nearest },
    FileMoment = "file-moment" { text },
    FileBetween = "file-between" { text },
    CheckRefused = "check-refused" { count },
    CheckNeverAgain = "check-never-again" { id },
    CheckQuietHours = "check-quiet-hours" { id, hours, start_at },
    CheckDouble = "check-double" { id, file, line },
    EditLosesDays = "edit-loses-days" { id, rule, field },
    EditOtherProgramme = "edit-other-programme" { id },
    EditorFailed = "editor-failed" { program, problem },

    // Guard rails, collisions, missing languages, what is left out, readiness.
    RailQuietHours = "rail-quiet-hours" { hours, start_at ; programme, reason },
    RailMinutesPerDay = "rail-minutes-per-day" { cluster, minutes, max, start_at ; programme, reason },
    RailVolumeCeiling = "rail-volume-ceiling" { volume, ceiling, start_at ; programme, reason },
    OutcomeWaits = "outcome-waits" { first, second, wait_ms },
    OutcomeDropped = "outcome-dropped" { first, second, wait_ms },
    OutcomeInterruptsDrop = "outcome-interrupts-drop" { first, second },
    OutcomeInterruptsResume = "outcome-interrupts-resume" { first, second },
    OutcomeInterruptsRestart = "outcome-interrupts-restart" { first, second },
    GapMissing = "gap-missing" { item, language, count, clusters ; programme },
    GapFallback = "gap-fallback" { item, language, fallback, count, clusters ; programme },
    SkipNotRunning = "skip-not-running" {},
    SkipSuperseded = "skip-superseded" {},
    SkipCalledOff = "skip-called-off" {},
    SkipNoRoom = "skip-no-room" {},
    SkipTooManyClips = "skip-too-many-clips" {},
    SkipNoClusters = "skip-no-clusters" {},
    LateLink = "late-link" {},
    LateUnreachable = "late-unreachable" {},
    LateClipLost = "late-clip-lost" {},
    LateFailed = "late-failed" {},
    LateUnknown = "late-unknown" {},

    // Why a delivery or a fault is what it is.
    WhyUnreachable = "why-unreachable" {},
    WhyNoStart = "why-no-start" {},
    WhyNoFinish = "why-no-finish" {},
    WhyNoSound = "why-no-sound" {},
    WhyStopped = "why-stopped" {},
    WhyCancelled = "why-cancelled" {},
    WhyHigherClass = "why-higher-class" {},
    WhyNoWayBack = "why-no-way-back" {},
    WhyGateway = "why-gateway" { state },
    WhyClipMissing = "why-clip-missing" {},
    WhyClipDamaged = "why-clip-damaged" {},
    WhyStorageFull = "why-storage-full" {},
    WhyUndecodable = "why-undecodable" {},
    WhySinkBroken = "why-sink-broken" {},
    WhyClockUnknown = "why-clock-unknown" {},
    WhyBusy = "why-busy" {},
    WhyRestarted = "why-restarted" {},
    WhyTooMany = "why-too-many" {},
    WhyAlreadyPlayed = "why-already-played" {},
    WhyUnsupported = "why-unsupported" {},
    FaultUnreachable = "fault-unreachable" { since_at },
    FaultNeverHeard = "fault-never-heard" { since_at },
    FaultGatewayDown = "fault-gateway-down" { gateway },
    FaultProtocol = "fault-protocol" { version, ours },
    FaultStorage = "fault-storage" { cases },

    // What stands in the journal, a row or more for each kind of record.
    LogStarted = "log-started" {},
    LogSurpassed = "log-surpassed" {},
    LogSettingsChanged = "log-settings-changed" {},
    LogSiteChanged = "log-site-changed" { changed, removed },
    LogClustersAdded = "log-clusters-added" { n, clusters },
    LogClusterRemoved = "log-cluster-removed" { cluster },
    LogAnnouncedNow = "log-announced-now" { title, job, class, n },
    LogAnnouncedAt = "log-announced-at" { title, job, class, n, play_at },
    LogProgrammeReady = "log-programme-ready" { title, job, n, play_at },
    LogJobSent = "log-job-sent" { job ; title },
    LogJobStopped = "log-job-stopped" { job ; title },
    LogAcked = "log-acked" { job, stage ; title },
    LogAckedMany = "log-acked-many" { n },
    LogLapsed = "log-lapsed" { job, n, clusters ; title },
    LogLapsedUnconfirmed = "log-lapsed-unconfirmed" { job, n ; title },
    LogClockSet = "log-clock-set" { before_at },
    LogBooted = "log-booted" { firmware },
    LogOtherProtocol = "log-other-protocol" { version },
    LogFaults = "log-faults" { n, clusters },
    LogFaultsOver = "log-faults-over" { n, clusters },
    LogFaultsBoth = "log-faults-both" { clusters, well },
    LogProgrammesChanged = "log-programmes-changed" { programmes },
    LogProgrammesRemoved = "log-programmes-removed" { programmes },
    LogProgrammesBoth = "log-programmes-both" { programmes, removed },
    LogDaysChanged = "log-days-changed" {},
    LogClipAdded = "log-clip-added" { clip },
    LogClipReplaced = "log-clip-replaced" { clip, programmes },
    LogClipTitleRemoved = "log-clip-title-removed" { clip },
    LogClipRemoved = "log-clip-removed" { clip },
    LogSkipped = "log-skipped" { id, first_at, n },
    LogForgotten = "log-forgotten" { n },

    // Clips and speech.
    ClipNotFound = "clip-not-found" { problem },
    UnknownClip = "unknown-clip" { name, nearest },
    ClipDamaged = "clip-damaged" { problem },
    ClipLost = "clip-lost" { clip, n },
    ClipMismatch = "clip-mismatch" { problem },
    ClipOutOfRange = "clip-out-of-range" { problem },
    ClipNotWritten = "clip-not-written" { problem },
    ClipNotRead = "clip-not-read" { problem },
    ClipInUse = "clip-in-use" { clip, users },
    LibraryFull = "library-full" { most },
    UploadTooLarge = "upload-too-large" { max_gib },
    PlayFailed = "play-failed" { problem },
    PlayNotBuilt = "play-not-built" { clip },
    SpeechText = "speech-text" { max },
    SpeechLanguage = "speech-language" { lang },
    SpeechNotInstalled = "speech-not-installed" { program },
    SpeechFailed = "speech-failed" { program, problem },
    SpeechDeclined = "speech-declined" { clip },
    SpeechUnconfirmed = "speech-unconfirmed" { clip },

    // The journal and other files.
    AnotherController = "another-controller" { host },
    SecondController = "second-controller" { host },
    OtherControllerSpeaks = "other-controller-speaks" { host },
    OtherControllerGone = "other-controller-gone" { host, heard_at },
    ClockBeforeBuild = "clock-before-build" { shown_at },
    ClockBeforeJournal = "clock-before-journal" { shown_at, now_at },
    ClockClusters = "clock-clusters" { shown_at, now_at },
    ClockJumped = "clock-jumped" { shown_at, now_at },
    DiskFull = "disk-full" { ; problem },
    JournalUnsafeLibrary = "journal-unsafe-library" { problem },
    JournalNotOpened = "journal-not-opened" { problem },
    JournalInUse = "journal-in-use" { problem },
    JournalNotLocked = "journal-not-locked" { problem },
    JournalForeignFile = "journal-foreign-file" { problem },
    JournalGone = "journal-gone" { path },
    JournalThere = "journal-there" { path },
    JournalNewerFormat = "journal-newer-format" { problem },
    JournalDamaged = "journal-damaged" { problem },
    JournalTampered = "journal-tampered" { problem },
    JournalArchiveMissing = "journal-archive-missing" { problem },
    JournalEntryUnreadable = "journal-entry-unreadable" { entry, problem },
    JournalNotWritten = "journal-not-written" { problem },
    JournalNotRead = "journal-not-read" { problem },
    JournalThread = "journal-thread" { problem },
    JournalOutOfStep = "journal-out-of-step" { problem },
    JournalQueueFull = "journal-queue-full" { problem },
    JournalSuspended = "journal-suspended" { problem },
    JournalClosed = "journal-closed" { problem },
    DataFolderNotCreated = "data-folder-not-created" { path, problem },
    DataFolderNotAFolder = "data-folder-not-a-folder" { path },
    DataFolderNotWritable = "data-folder-not-writable" { path, problem },
    DataFolderInUse = "data-folder-in-use" { path, pid },
    DataFolderNotLocked = "data-folder-not-locked" { path, problem },
    ConfigNoSite = "config-no-site" { path },
    ConfigSiteExists = "config-site-exists" { path },
    ConfigWrong = "config-wrong" { path, problem },
    SiteKeyDamaged = "site-key-damaged" { path },
    FileTrouble = "file-trouble" { path, problem },
    FileNotText = "file-not-text" { path },
    OutputExists = "output-exists" { path },

    // The controller's sockets.
    BrokerNotBuilt = "broker-not-built" {},
    BrokerPortTaken = "broker-port-taken" { address },
    BrokerPortForbidden = "broker-port-forbidden" { address },
    BrokerNotListening = "broker-not-listening" { address, problem },
    ThreadsRefused = "threads-refused" { problem },
    BrokerThreads = "broker-threads" { problem },
    ApiPortTaken = "api-port-taken" { address },
    ApiNotListening = "api-not-listening" { address, problem },

    // The command line.
    ControllerNotRunning = "controller-not-running" { address },
    ControllerForbidden = "controller-forbidden" { address },
    ControllerNoAnswer = "controller-no-answer" { address, problem },
    ControllerStrangeAnswer = "controller-strange-answer" { address, problem, version },
    ControllerCut = "controller-cut" { problem },
    UrlWrong = "url-wrong" { url },
    IdentitiesOnlyLocal = "identities-only-local" {},
    IdentityNone = "identity-none" {},
    ImportDeclined = "import-declined" {},
    ImportUnconfirmed = "import-unconfirmed" {},
    UsageArgumentUnknown = "usage-argument-unknown" { arg, nearest, help },
    UsageWordTooMany = "usage-word-too-many" { word, help },
    UsageVerbUnknown = "usage-verb-unknown" { verb, nearest, help },
    UsageVerbMissing = "usage-verb-missing" { verbs, help },
    UsageMissing = "usage-missing" { arg, help },
    UsageConflict = "usage-conflict" { arg, other, help },
    UsageTwice = "usage-twice" { arg, help },
    UsageValueMissing = "usage-value-missing" { arg, help },
    UsageValueOf = "usage-value-of" { arg, value, values, help },
    UsageValue = "usage-value" { arg, value, problem, help },
    UsageProblem = "usage-problem" { problem },
    UsageRange = "usage-range" { min, max },
    UsageOther = "usage-other" { problem, help },
    UsageLang = "usage-lang" { lang },
    ValueTargetEmpty = "value-target-empty" {},
    ValueTitleEmpty = "value-title-empty" {},
    ValueCeiling = "value-ceiling" {},
    ValuePast = "value-past" {},
    DemoNoSpeaker = "demo-no-speaker" { path },
    DemoSpeakerFailed = "demo-speaker-failed" { problem },
}
