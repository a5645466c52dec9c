// The import of a file: once the choice rests, it is looked at anew; what was found before is marked until then.
(function () {
  const heed = (window.dash_clientside = window.dash_clientside || {}).heed = window.dash_clientside.heed || {};
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const REST = 250;  // ms without a further change
  let wanted = null;
  let timer = null;
  let key = 0;

  function ask(delay) {
    clearTimeout(timer);
    const question = wanted;
    timer = setTimeout(() => {
      timer = null;
      window.dash_clientside.set_props("data-asked", { data: { ...question.content, key: question.key } });
    }, delay);
  }

  heed.lookAgain = function (chosen, wish, drawn, job, asked) {
    if (!chosen || !chosen.looks) {
      clearTimeout(timer);
      timer = wanted = null;
      return [true, "look-body"];
    }
    const { looks, ...file } = chosen;
    const content = { chosen: file, wish: wish || {} };
    const again = wanted && asked && same(wanted.content.chosen, file);
    if (!wanted || !same(wanted.content, content) || (!asked && timer === null)) {
      wanted = { content, key: `${Date.now()}-${++key}` };
      ask(again ? REST : 40);
    }
    const current = drawn && drawn.key === wanted.key;
    const imports = Boolean(job && job.file);
    return [!current || drawn.blocked || imports, drawn && !current ? "look-body is-renewing" : "look-body"];
  };
})();
