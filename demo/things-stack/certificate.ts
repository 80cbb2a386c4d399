import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** PEM. It is its own authority: who trusts it can connect over TLS. */
export const TEST_CERTIFICATE = readFileSync(join(__dirname, 'test-certificate.pem'), 'utf8');
export const TEST_CERTIFICATE_KEY = readFileSync(join(__dirname, 'test-certificate-key.pem'), 'utf8');
