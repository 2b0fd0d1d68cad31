import { goInstall } from './peer-cache.js'

/** The reference implementation of age, with post-quantum keys, plugins and passphrases without a terminal. */
export const peer = {
  programs: ['age', 'age-keygen', 'age-plugin-batchpass'],
  install: () => goInstall('filippo.io/age/cmd/...@v1.3.2'),
}
