package dev.gpupool.examples.aion;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Multinomial logistic regression, trained by stochastic gradient descent.
 *
 * <ol>
 *   <li>An epoch takes every flower once, in an order that is a pure function of the job's seed and the epoch.
 *   <li>For each flower the softmax of three linear scores is moved towards the true species.
 *   <li>All arithmetic is strict, so the same epochs give the same bits on every machine, however they are sliced.
 * </ol>
 */
final class Model {
    private static final int CLASSES = 3;
    private static final int INPUTS = 5;

    private final Training training;
    private final Iris data;
    private final double[] weights = new double[CLASSES * INPUTS];
    private final double[] scores = new double[CLASSES];
    private int epoch;

    Model(Training training, Iris data) {
        this.training = training;
        this.data = data;
    }

    /** Takes over what {@link #toBytes} wrote. */
    void restore(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        epoch = buffer.getInt();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = buffer.getDouble();
        }
    }

    byte[] toBytes() {
        ByteBuffer buffer = ByteBuffer.allocate(Integer.BYTES + weights.length * Double.BYTES);
        buffer.putInt(epoch);
        for (double weight : weights) {
            buffer.putDouble(weight);
        }
        return buffer.array();
    }

    int epoch() {
        return epoch;
    }

    int left() {
        return training.epochs() - epoch;
    }

    /** Trains on, at most to the job's end. */
    void train(int epochs) {
        int until = Math.min(training.epochs(), epoch + epochs);
        for (; epoch < until; epoch++) {
            int size = data.size();
            int offset = Math.floorMod(training.seed() * 31 + epoch * 17, size);
            for (int i = 0; i < size; i++) {
                learn((offset + i * 53) % size);
            }
        }
    }

    private void learn(int row) {
        double[] x = data.measurements().get(row);
        softmax(x);
        for (int k = 0; k < CLASSES; k++) {
            double step = training.rate() * ((data.species().get(row) == k ? 1 : 0) - scores[k]);
            for (int j = 0; j < x.length; j++) {
                weights[k * INPUTS + j] += step * x[j];
            }
            weights[k * INPUTS + x.length] += step;
        }
    }

    private void softmax(double[] x) {
        double sum = 0;
        for (int k = 0; k < CLASSES; k++) {
            double score = weights[k * INPUTS + x.length];
            for (int j = 0; j < x.length; j++) {
                score += weights[k * INPUTS + j] * x[j];
            }
            scores[k] = StrictMath.exp(Math.min(score, 500));
            sum += scores[k];
        }
        for (int k = 0; k < CLASSES; k++) {
            scores[k] /= sum;
        }
    }

    /** The share of flowers that it names rightly. */
    double accuracy() {
        int right = 0;
        for (int row = 0; row < data.size(); row++) {
            softmax(data.measurements().get(row));
            int best = 0;
            for (int k = 1; k < CLASSES; k++) {
                best = scores[k] > scores[best] ? k : best;
            }
            right += best == data.species().get(row) ? 1 : 0;
        }
        return (double) right / data.size();
    }

    String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(toBytes()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
