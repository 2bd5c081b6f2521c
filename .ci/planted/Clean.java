// expect: BUILD SUCCESS
package dev.gpupool.planted;

/** The control: what the gates have nothing against. */
public final class Clean {
    private Clean() {}

    /**
     * The length of a text.
     *
     * @param text the text
     * @return how many characters it has
     */
    public static int length(String text) {
        return text.length();
    }
}
