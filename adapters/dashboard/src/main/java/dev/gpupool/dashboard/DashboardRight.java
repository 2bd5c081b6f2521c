package dev.gpupool.dashboard;

/** What a viewer may do beyond looking. Each is granted by the host alone; none by default. */
public enum DashboardRight {
    /** Drain workers. */
    DRAIN,
    /** Cancel jobs, and submit ended ones again as new jobs. */
    JOBS,
    /** Override limits of accounts, and enter what the provider says was used. */
    ACCOUNTS,
    /** List, make and revoke join tokens, and download notebooks that hold one. */
    TOKENS
}
