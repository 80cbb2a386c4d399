import { ask } from '../ask';

type Right = 'yes' | 'no' | 'unknown';

/** What the runtime tells of an account. */
export interface Report {
  kind: 'pipe' | 'password';
  hosts: { apiUrl: string };
  holder?: { user?: string; identity?: string; identityName?: string; organisation?: string; scope?: string };
  rights: { read: Right; write: Right };
  written?: { url: string };
  warnings: string[];
  /** Of the login with which records are read back. */
  reader?: Report;
}

type Translate = (key: string, values?: Record<string, string>) => string;

/** The button that tries what is set in the dialog. */
export function prepareTest(node: EditorNode<object>, fields: () => object): void {
  const write = $('#microshare-account-test-write');
  const result = $('#microshare-account-test-result');
  const translate: Translate = (key, values) => node._(`microshare-account.test.${key}`, values);
  write.on('change', () => $('#microshare-account-test-target').toggle(write.is(':checked')));
  const run = async () => {
    result.removeClass('microshare-account-problem').text(node._('microshare-account.asking'));
    try {
      const report = await ask<Report>(`microshare-account/${node.id}/test`, {
        ...fields(),
        write: write.is(':checked'),
        recType: String($('#microshare-account-test-recType').val()).trim() || undefined,
      });
      const lines = linesOf(report, translate).map((line) => $('<li>').text(line));
      result.empty().append($('<ul>').append(lines));
    } catch (error) {
      result.addClass('microshare-account-problem').text((error as Error).message);
    }
  };
  $('#microshare-account-test-run').on('click', () => void run());
}

/** A report in words. */
export function linesOf(report: Report, translate: Translate): string[] {
  const { kind, hosts, holder, rights, written, warnings, reader } = report;
  const { user, identity, identityName, organisation, scope } = holder ?? {};
  const who = [user, identityName ?? identity, organisation, scope].filter(Boolean).join(', ');
  return [
    translate(kind, { host: hosts.apiUrl }),
    ...(who ? [translate('holder', { who })] : []),
    translate(`read.${rights.read}`),
    translate(`written.${rights.write}`),
    ...(written ? [written.url] : []),
    ...warnings,
    ...(reader ? [translate('reader'), ...linesOf(reader, translate).slice(1, 3)] : []),
  ];
}
