/** The credentials; beside each may stand the property that names an environment variable in its stead. */
export const SECRETS = ['apiKey', 'webhookSecret', 'password'] as const;

/** The texts that the buttons of the dialog send. */
export const TEXTS = [
  ...['transport', 'host', 'applicationId', 'tenantId', 'accountUrl', 'apiUrl'],
  ...['webhookPath', 'webhookHeader'],
  ...['username', 'topics', 'clientId', 'group', 'mqttVersion', 'virtualHost', 'queue', 'exchange'],
] as const;
