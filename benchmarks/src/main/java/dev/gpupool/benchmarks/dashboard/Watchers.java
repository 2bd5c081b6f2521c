package dev.gpupool.benchmarks.dashboard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Open pages in a process of their own, as browsers are, that do what they are told line by line. Each reads its stream. Of
 * six, one is on the view of jobs, which asks once a second, and one on the timeline, which asks every two.
 */
public final class Watchers {
    private final URI api;
    private final List<Socket> pages = new ArrayList<>();

    private Watchers(URI api) {
        this.api = api;
    }

    /**
     * Runs until its input ends.
     *
     * @param args the address of the dashboard's calls, and how many pages
     */
    public static void main(String[] args) throws Exception {
        Watchers watchers = new Watchers(URI.create(args[0]));
        int count = Integer.parseInt(args[1]);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("open")) {
                watchers.open(count);
            } else {
                watchers.close();
            }
            System.out.println(line);
        }
    }

    private void open(int count) throws Exception {
        CountDownLatch told = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            Socket page = new Socket(api.getHost(), api.getPort());
            page.getOutputStream()
                    .write(("GET " + api.getPath() + "events HTTP/1.1\r\nHost: " + api.getAuthority() + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            pages.add(page);
            start(() -> read(page, told));
        }
        told.await();
        List<Socket> these = List.copyOf(pages);
        start(() -> ask(these, "jobs?state=RUNNING", 1_000));
        start(() -> ask(these, "timeline", 2_000));
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "page");
        thread.setDaemon(true);
        thread.start();
    }

    private static void read(Socket page, CountDownLatch told) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(page.getInputStream(), StandardCharsets.UTF_8))) {
            boolean first = true;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (first && line.startsWith("data:")) {
                    first = false;
                    told.countDown();
                }
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    /** As a sixth of the pages does, until these are closed. */
    private void ask(List<Socket> these, String what, long everyMillis) {
        try {
            while (!these.get(0).isClosed()) {
                long begun = System.nanoTime();
                for (int i = 0; i < these.size(); i += 6) {
                    HttpURLConnection call =
                            (HttpURLConnection) api.resolve(what).toURL().openConnection();
                    call.getInputStream().readAllBytes();
                }
                Thread.sleep(Math.max(0, everyMillis - (System.nanoTime() - begun) / 1_000_000));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void close() throws IOException {
        for (Socket page : pages) {
            page.close();
        }
        pages.clear();
    }
}
