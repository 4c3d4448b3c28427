"""Science and technology finance, with supply chains. 科技金融：科技型企业贷款、增信基金与供应链融资。"""

LABEL = "科技金融"
OWNER = "公司业务部"
NEEDS = ("bank", "economy")
