"""Write the charts' JavaScript (Vega, Vega-Lite, Vega-Embed) from the bundle inside vl-convert.

Run after a new vl-convert; the licences beside the bundle are kept by hand. Making the bundle takes
over a second, which is why it is vendored and not made at each build.
"""

from pathlib import Path

import vl_convert

TARGET = Path(__file__).parents[1] / "src/qingce/publish/html/static/vendor/vega-embed.bundle.js"


def main() -> None:
    """Write the bundle, closed in a function so that its short names stay its own."""
    versions = (
        f"Vega {vl_convert.get_vega_version()}, Vega-Lite {vl_convert.get_vegalite_versions()[-1]}, "
        f"Vega-Embed {vl_convert.get_vega_embed_version()}"
    )
    head = f"/*! {versions}, with the libraries they use. Licences: vega-embed.LICENSES.txt */"
    TARGET.write_text(f"{head}\n(()=>{{{vl_convert.javascript_bundle()}\n}})();\n", encoding="utf-8")


if __name__ == "__main__":
    main()
