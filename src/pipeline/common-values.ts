/**
 * What stands in many files and logs although somebody keeps it as a secret. Each use adds what is common there: see
 * `whyNotMasked` and `isWorthFinding`.
 */
export const COMMON_VALUES: readonly string[] = [
  'administrator authentication authorization configuration development distribution enterprise environment international',
  'localhost:3000 localhost:5432 localhost:6379 localhost:8080 127.0.0.1 http://localhost https://localhost example.com',
  'user@example.com admin@example.com noreply@example.com',
  'us-east-1 us-west-2 eu-west-1 eu-central-1 ap-southeast-1 application/json utf8mb4_unicode_ci europe/berlin',
].flatMap((line) => line.split(' '))
