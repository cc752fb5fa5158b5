"""Text that something on its way to the reader would act on, if nobody escaped it."""

# published in every cell that may hold it
COMMON = (
    "{{ 7*7 }}",
    "{% raw %}",
    "{# x #}",
    "<script>alert(1)</script>",
    '" onerror=x',
    "!!! note",
    "|",
    "</title><script>alert(1)</script>",
    "{: onclick=x}",
    "![x](y)",
    "`x`",
    "&lt;b&gt;",
    "</svg><script>alert(1)</script>",
    "[x](y)",
    '--8<-- "a.md"',
    "*x* _x_",
)

# held by the escaper alone; the check refuses some of these before
HOSTILE = (
    *COMMON,
    "[x](javascript:alert(1))",
    "{% endraw %}",
    "' onload=x",
    "<img src=x onerror=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "{: #id .class }",
    "``` x",
    "~~~ x",
    "# x",
    "\\*",
    "[^1] *[x]: y",
    "<!-- x -->",
    "<?php x ?>",
    "$x$ ==x== ^^x^^",
    "@x",
)
