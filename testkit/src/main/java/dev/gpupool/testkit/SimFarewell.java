package dev.gpupool.testkit;

import java.time.Duration;

/** What a worker says when it has been told that it will end, or ends. */
record SimFarewell(String sessionId, String reason, Duration time) {}
