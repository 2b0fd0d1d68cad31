import { pythonInstall } from './peer-cache.js'

/** Hooks of git from other repositories. 6 seconds. */
export const peer = { programs: ['pre-commit'], install: () => pythonInstall('pre-commit', 'pre-commit==4.7.0') }
