/** Workers over HTTP: how soon a waiting one gets a job, what waiting costs, and what lost answers do. */
@NullMarked
package dev.gpupool.benchmarks.http;

import org.jspecify.annotations.NullMarked;
