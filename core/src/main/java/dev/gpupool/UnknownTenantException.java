package dev.gpupool;

/** There is no such tenant. */
public final class UnknownTenantException extends GpuPoolException {
    private static final long serialVersionUID = 1L;
    /** The name that was asked for. */
    private final String tenant;

    /**
     * Says what, where and what to do.
     *
     * @param tenant the name
     */
    public UnknownTenantException(String tenant) {
        super("no tenant " + tenant + " is known; name it with GpuPool.builder().tenant(...)");
        this.tenant = tenant;
    }

    /**
     * The name that was asked for.
     *
     * @return the name that was asked for
     */
    public String tenant() {
        return tenant;
    }
}
