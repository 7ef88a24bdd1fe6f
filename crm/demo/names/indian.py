"""Indian names of several regions and faiths."""

from crm.demo.names.style import NameStyle, compounds, words

INDIAN = NameStyle(
    women=words(
        """
        Priya Anjali Lakshmi Kavya Pooja Sneha Divya Neha Meera Deepa Swati Aishwarya Nandini
        Shreya Radhika Sunita Rekha Geetha Latha Padma Vidya Asha Usha Kiran Bhavana Chitra
        Fatima Ayesha Zainab Sana Harpreet Simran Gurpreet Manpreet Maria Rosy Sharon Ritu
        Jyothi Keerthi Madhuri Nisha Pallavi Rashmi Sangeetha Shilpa Smitha Sowmya Sudha Tara
        Uma Vani Vasudha Yamini Ishita Tanvi Aditi Diya Myra Saanvi Revathi Malathi Hema
        """
    ),
    men=words(
        """
        Rahul Suresh Ramesh Karthik Vikram Arjun Rajesh Sanjay Amit Arun Manoj Vijay Anil Sunil
        Ravi Kiran Prakash Mahesh Ganesh Naveen Praveen Santosh Rohit Nikhil Aditya Akash
        Varun Harish Girish Mohan Krishna Srinivas Venkatesh Imran Farhan Salim Yusuf Irfan
        Gurdeep Jaspreet Harjit Anthony Joseph Thomas George Ashok Deepak Dinesh Gopal Jagdish
        Kunal Lokesh Madhav Nitin Omkar Pavan Raghav Sachin Tarun Uday Vivek Yash Ishaan Vihaan
        """
    ),
    families=words(
        """
        Rao Reddy Kumar Sharma Gowda Shetty Iyer Nair Patel Singh Khan Gupta Hegde Bhat Menon
        Pillai Naidu Joshi Kulkarni Desai Verma Mishra Das Ghosh Banerjee Chatterjee Mukherjee
        Mehta Shah Jain Agarwal Malhotra Kapoor Chopra Bhatia Saxena Srivastava Tiwari Pandey
        Yadav Chauhan Rathore Ahmed Sheikh Qureshi Ansari Siddiqui Kaur Gill Sandhu Dhillon
        D'Souza Fernandes Pinto Lobo Mathew Varghese Kurian Iyengar Murthy Acharya Kamath Pai
        Prabhu Shenoy Nayak Poojary Bangera Salian Chandra Prasad Babu Raju Varma Chowdary
        """
    )
    + compounds(
        """
        Rama Venkata Krishna Narayana Gopala Chandra Lakshmi Subra Raja Siva Ananta Hari
        Kesava Madhava Nanda Padma Ranga Sesha Surya Vasu Bala Dharma Gana Indra Jaya
        """,
        """
        swamy chari murthy moorthy nathan krishnan gowda ppa iah natham sekhar varapu palli
        konda kar rajan mani lingam puram dasan
        """,
    ),
    nicknames={
        "Srinivas": "Srini",
        "Venkatesh": "Venky",
        "Karthik": "Kartik",
        "Lakshmi": "Laxmi",
        "Rajesh": "Raj",
        "Sanjay": "Sanju",
        "Aishwarya": "Aish",
        "Krishna": "Kittu",
        "Gurpreet": "Guri",
        "Priya": "Pri",
        "Geetha": "Gita",
        "Jyothi": "Jyoti",
        "Joseph": "Jose",
        "Vijay": "Vijju",
    },
)
