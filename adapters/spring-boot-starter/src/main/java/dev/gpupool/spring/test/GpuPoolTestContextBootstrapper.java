package dev.gpupool.spring.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/** Reads {@link GpuPoolTest}. */
final class GpuPoolTestContextBootstrapper extends TestSliceTestContextBootstrapper<GpuPoolTest> {}
