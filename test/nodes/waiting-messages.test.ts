import assert from 'node:assert/strict';
import { WaitingMessages } from '../../nodes/microshare-share/waiting-messages';

describe('The messages whose records are on their way', () => {
  const message = (payload: number) => ({ _msgid: `${payload}`, payload });

  it('come back once, each with its own record', () => {
    const messages = new WaitingMessages();
    for (let id = 1; id <= 3; id++) messages.keep(id, message(id));
    assert.equal(messages.written(2)?.payload, 2);
    assert.equal(messages.written(2), undefined);
    assert.deepEqual(messages.rejected(3, new Error('no')), { msg: message(3), waited: false });
    assert.equal(messages.written(1)?.payload, 1);
  });

  it('are kept of the last 1,000 records, and never of another record', () => {
    const messages = new WaitingMessages();
    for (let id = 1; id <= 1_002; id++) messages.keep(id, message(id));
    assert.deepEqual(
      [1, 2, 3, 1_002].map((id) => messages.written(id)?.payload),
      [undefined, undefined, 3, 1_002],
    );
  });

  it('wait for the end of their record, however many came after it', async () => {
    const messages = new WaitingMessages();
    messages.keep(1, message(1));
    const [written, rejected] = [messages.ended(1), messages.ended(2)];
    for (let id = 3; id <= 2_000; id++) messages.keep(id, message(id));
    assert.equal(messages.written(1), undefined);
    await written;
    const failed = assert.rejects(rejected, /refused/);
    assert.deepEqual(messages.rejected(2, new Error('refused')), { msg: undefined, waited: true });
    await failed;
  });
});
