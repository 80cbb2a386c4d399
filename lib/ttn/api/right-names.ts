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

/** What the Console calls them, and all that it shows where a key is made (pkg/webui in The Things Stack's source). */
const IN_CONSOLE: Record<string, string> = {
  [TRAFFIC_READ]: 'Read application traffic (uplink and downlink)',
  [DEVICES_READ]: 'View devices in application',
  [SETTINGS_PACKAGES]: 'View and edit application packages and associations',
  RIGHT_APPLICATION_SETTINGS_BASIC: 'Edit basic application settings',
  RIGHT_APPLICATION_TRAFFIC_DOWN_WRITE: 'Write downlink application traffic',
};

/** Rights in a text for a person, who looks for them in the Console. */
export function sayRights(rights: string): string {
  return rights.replace(/RIGHT_\w+/g, (right) =>
    IN_CONSOLE[right] === undefined ? right : `"${IN_CONSOLE[right]}" (${right})`,
  );
}
