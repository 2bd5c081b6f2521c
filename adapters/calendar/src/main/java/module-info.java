/** Plans as calendars, with a reminder for each start. */
module dev.gpupool.calendar {
    requires transitive dev.gpupool.core;
    requires static transitive org.jspecify;
    requires ical4j.core;

    exports dev.gpupool.calendar;
}
