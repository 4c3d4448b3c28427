"""Community: donations, taxes and women's enterprise. 社会责任：捐赠、纳税与巾帼创业。"""

LABEL = "社会责任"
OWNER = "办公室"
NEEDS = ()
