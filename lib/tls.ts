/** What a private certificate authority or a client certificate needs, as Node-RED's tls-config gives it. */
export interface TlsOptions {
  ca?: string | string[] | Buffer | Buffer[];
  cert?: string | Buffer;
  key?: string | Buffer;
  passphrase?: string;
  /** Another name than the host's, for SNI and for the check of the certificate. */
  servername?: string;
  rejectUnauthorized?: boolean;
}
