package dev.gpupool.quota;

/** What a provider's meter counts. */
public enum Metering {
    /** The time in which jobs run. A job reserves when it is leased and settles to the real time when it ends. */
    JOB_TIME,
    /** The time in which sessions exist: an idle session burns quota too. The session reserves, not the job. */
    SESSION_TIME
}
