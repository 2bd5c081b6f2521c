package dev.gpupool.examples.aion;

import dev.gpupool.spi.worker.Device;
import java.time.LocalTime;
import java.util.List;

/** The fleet file: one notebook a line, with its account, its accelerator and the hour at which somebody starts it. */
final class Fleet {
    private Fleet() {}

    /**
     * One notebook of the fleet.
     *
     * @param worker its name
     * @param account who is metered
     * @param provider the provider policy
     * @param device its accelerator
     * @param start when it is started every day, local time
     */
    record Member(String worker, String account, String provider, Device device, LocalTime start) {}

    static List<Member> load() {
        return Resource.rows("fleet.csv").stream()
                .map(cell -> new Member(
                        cell.get(0),
                        cell.get(1),
                        cell.get(2),
                        new Device(cell.get(3), Integer.parseInt(cell.get(4))),
                        LocalTime.parse(cell.get(5))))
                .toList();
    }
}
