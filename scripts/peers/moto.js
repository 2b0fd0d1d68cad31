import { pythonInstall } from './peer-cache.js'

/** A server that speaks AWS's interfaces: KMS, STS, Secrets Manager, SSM. 15 seconds the first time. */
export const peer = {
  programs: ['moto_server'],
  install: () => pythonInstall('moto_server', 'moto==5.2.5', 'flask', 'flask-cors'),
}
