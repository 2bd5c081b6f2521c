/** Plans as calendars: the starts of a plan where a person looks for what is due. */
@NullMarked
package dev.gpupool.calendar;

import org.jspecify.annotations.NullMarked;
