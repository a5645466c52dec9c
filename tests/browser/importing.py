"""The steps of an import as a user does them in the browser."""

import io

import numpy as np

LONG = 60_000  # ms
ENDED = """() => {
  const text = (id) => document.getElementById(id)?.textContent;
  return text('data-look-problem') || text('data-look-problems') || document.getElementById('data-import')?.disabled === false;
}"""  # noqa: E501
READY = "() => document.getElementById('data-import')?.disabled === false"
TITLED = "(name) => document.getElementById('data-about-title')?.textContent === name"


def table(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def archive(**arrays) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def choose(page, path) -> None:
    with page.expect_file_chooser() as waiting:
        page.click("#data-upload [data-choose]")
    waiting.value.set_files(path)


def look_at(page, tmp_path, name: str, content: bytes) -> None:
    """Choose a file of this name and content, and wait until Heed has looked at it."""
    path = tmp_path / name
    path.write_bytes(content)
    choose(page, path)
    page.wait_for_function("() => !document.getElementById('data-look').hidden", timeout=LONG)
    page.wait_for_function(ENDED, timeout=LONG)


def take_as(page, column: str, role: str) -> None:
    """Give a column another role, and wait until the file was looked at anew."""
    page.get_by_label(f"Taken as: {column}", exact=True).select_option(label=role)
    renewed(page)


def renewed(page) -> None:
    """Wait until what is shown is what was chosen."""
    page.wait_for_timeout(400)  # longer than the choice rests before it counts
    page.wait_for_function("() => !document.querySelector('#data-look-body.is-renewing')", timeout=LONG)


def said(page) -> str:
    """Return what stops the import, in words."""
    return page.inner_text("#data-look-problem") + page.inner_text("#data-look-problems")


def bring_in(page, name: str) -> str:
    """Import what is shown and return what the page says of the dataset."""
    page.wait_for_function(READY, timeout=LONG)
    page.click("#data-import")
    page.wait_for_function(TITLED, arg=name, timeout=LONG)
    return page.inner_text("#data-about")
