// Cells of tables in which one of several values is chosen; see Column.choices in components/table.py.
(function () {
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  cells.ChoiceCell = function (props) {
    const make = window.React.createElement;
    const choices = props.choices || [];
    if (!choices.some(([value]) => value === props.value)) return props.data[`${props.column.getColId()}_words`] ?? props.value;
    return make("select", {
      className: "cell-choice",
      value: props.value,
      "aria-label": `${props.colDef.headerName}: ${props.data.name ?? props.node.id}`,
      onChange: (event) => {
        props.node.setDataValue(props.column.getColId(), event.target.value);
        props.setData(event.target.value);
      },
      onKeyDown: (event) => event.stopPropagation(),
    }, choices.map(([value, words]) => make("option", { key: value, value }, words)));
  };
})();
