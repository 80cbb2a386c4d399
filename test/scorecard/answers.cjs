// Loaded before node-red-dev: answers its two questions to the network from here, so that it runs offline.
const Module = require('node:module');

const ANSWERS = [
  [/\/catalogue\.json$/, { modules: [] }],
  [
    /\/node-red$/,
    {
      'dist-tags': { latest: '5.0.7', 'v4-maintenance': '4.1.15' },
      versions: { '5.0.7': { engines: { node: '>=22.9' } } },
    },
  ],
];

const load = Module._load;
Module._load = function (request, ...rest) {
  const loaded = load.call(this, request, ...rest);
  if (request !== 'axios' || loaded.answered) return loaded;
  const get = loaded.get;
  loaded.answered = true;
  loaded.get = (url, ...options) => {
    const answer = ANSWERS.find(([pattern]) => pattern.test(url));
    return answer ? Promise.resolve({ data: answer[1] }) : get(url, ...options);
  };
  return loaded;
};
