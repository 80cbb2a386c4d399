/** Rights on an application, by the names of The Things Stack's API. */
export const TRAFFIC_READ = 'RIGHT_APPLICATION_TRAFFIC_READ';
export const DEVICES_READ = 'RIGHT_APPLICATION_DEVICES_READ';
export const SETTINGS_PACKAGES = 'RIGHT_APPLICATION_SETTINGS_PACKAGES';
/** All three together set a webhook. */
export const WEBHOOK_RIGHTS = [
  'RIGHT_APPLICATION_SETTINGS_BASIC',
  TRAFFIC_READ,
  'RIGHT_APPLICATION_TRAFFIC_DOWN_WRITE',
].join(', ');
