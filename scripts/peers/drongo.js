import { pythonInstall } from './peer-cache.js'

/** A small emulator of Google Cloud KMS and Secret Manager, REST only. 12 seconds the first time. */
export const peer = {
  programs: ['drongo'],
  // google-crc32c: drongo needs it and does not say so.
  install: () => pythonInstall('drongo', 'drongo==0.8.0', 'google-crc32c'),
}
