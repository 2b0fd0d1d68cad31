import { pythonInstall } from './peer-cache.js'

/** Runs playbooks. 15 seconds; the last version for Python 3.11. */
export const peer = {
  programs: ['ansible-playbook'],
  install: () => pythonInstall('ansible-playbook', 'ansible-core==2.19.2'),
}
