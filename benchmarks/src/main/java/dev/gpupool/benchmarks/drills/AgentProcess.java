package dev.gpupool.benchmarks.drills;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A process of workers, that ends when its input does. */
final class AgentProcess {
    private AgentProcess() {}

    /**
     * Runs them.
     *
     * @param args the number of the first worker, the number after the last, the ports of the hosts
     */
    public static void main(String[] args) throws IOException {
        List<Integer> ports = new ArrayList<>();
        for (int i = 2; i < args.length; i++) {
            ports.add(Integer.parseInt(args[i]));
        }
        for (Layout.Member member : Layout.members().subList(Integer.parseInt(args[0]), Integer.parseInt(args[1]))) {
            new Agent(member, ports, System.out).start();
        }
        int word = System.in.read();
        while (word >= 0) {
            word = System.in.read();
        }
        System.exit(0);
    }
}
