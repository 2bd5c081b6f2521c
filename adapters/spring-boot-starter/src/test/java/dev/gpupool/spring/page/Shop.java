package dev.gpupool.spring.page;

import dev.gpupool.JobRequest;
import dev.gpupool.spring.TransactionalSubmitter;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Saves orders, and has something trained for each. */
@Service
class Shop {
    record Order(int id) {}

    /** Stands for a repository. */
    static final class Orders {
        final List<Order> saved = new ArrayList<>();

        void save(Order order) {
            saved.add(order);
        }
    }

    private final Orders orders = new Orders();
    private final TransactionalSubmitter submitter;

    Shop(TransactionalSubmitter submitter) {
        this.submitter = submitter;
    }

    @Transactional
    public void order(Order order) {
        orders.save(order);
        submitter.submitAfterCommit(
                JobRequest.handler("train").key("order-" + order.id()).build());
    }
}
