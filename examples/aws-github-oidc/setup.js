/**
 * Makes the two keys and their aliases on an emulator of AWS, to try the example without an account:
 *
 *   pip install 'moto[server]' && moto_server -p 5000
 *   export AWS_ENDPOINT_URL=http://127.0.0.1:5000 AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing
 *   node setup.js && secrets encrypt
 *
 * On AWS itself aws/main.tf does this. The emulator forgets its keys when it ends: run both lines again then, on files in clear.
 */
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'

if (process.env.AWS_ENDPOINT_URL === undefined) throw new Error('set AWS_ENDPOINT_URL to the address of an emulator')
const client = new KMSClient({ region: 'eu-west-1' })
for (const environment of ['staging', 'production']) {
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ Description: `secrets of shop, ${environment}` }))
  const AliasName = `alias/shop-${environment}`
  await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyMetadata?.KeyId }))
  process.stdout.write(`${AliasName}\n`)
}
