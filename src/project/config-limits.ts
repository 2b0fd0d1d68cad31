/** Bytes of a configuration. A thousand recipients and environments are about 200 kB. */
export const MAX_CONFIG_BYTES: number = 1024 * 1024
